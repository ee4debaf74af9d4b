/** What a person wants done. The order is the order of trust when several are named: the most demanding first. */
export const intents = ['prove', 'design', 'optimise', 'debug', 'tests', 'review', 'refactor', 'generate', 'fix', 'translate', 'explain', 'write', 'mechanical', 'define', 'greet'] as const;
export type Intent = (typeof intents)[number];

/** Fields of knowledge that separate strong from weak models. */
export const subjects = ['concurrency', 'distributed', 'security', 'performance', 'maths', 'types', 'lowLevel', 'architecture', 'data'] as const;
export type Subject = (typeof subjects)[number];

/** Words that change how a wish is meant. */
type Modifier = 'nothingElse' | 'restraint' | 'constraint' | 'scope' | 'mystery' | 'longAnswer' | 'followUp' | 'softwareTalk' | 'mathsTalk' | 'proseTalk';

export type Meaning = Intent | Subject | Modifier;

/**
 * Word lists, written from general knowledge of programming talk. A phrase is written with underscores. Words are
 * looked up as written and without a plural or verb ending, so the base form is enough.
 */
const lists: Readonly<Record<Meaning, string>> = {
  prove: 'prove proof theorem lemma disprove soundness formally induction counterexample',
  design: 'design architect architecture plan strategy roadmap propose tradeoff trade-off rfc spec model_the how_should_we how_would_you_build',
  optimise: 'n+1 queries_down optimise optimize optimisation optimization speed_up faster slow slower bottleneck tune reduce_latency too_many_queries',
  debug: 'debug investigate diagnose why_does why_do why_is why_are why_did root_cause leak hang crash flaky freeze stuck segfault broken deadlock not_working doesn’t_work doesn\'t_work wrong_result',
  tests: 'test tests unit_test pytest jest mocha playwright fuzz coverage property-based table-driven junit',
  review: 'review audit anything_wrong critique assess evaluate vet a11y check_this',
  refactor: 'refactor restructure rewrite modernise modernize port migrate replace extract split decouple simplify clean_up dedupe reorganise reorganize rip_out get_rid',
  generate: 'write implement create build make generate add script function class endpoint component query workflow pipeline helper want need',
  fix: 'fix repair resolve correct error bug fails failing failed exception mapping solve',
  translate: 'translate translation english french german spanish italian portuguese dutch polish russian turkish chinese japanese übersetze traduis traduce',
  explain: 'explain understand describe walk_through how_does how_do what_happens why summarise summarize clarify erkläre explique',
  write: 'email letter blog essay story announcement post readme changelog paragraph tagline bio apology reply newsletter',
  mechanical: 'rename format reformat indent sort typo typos docstring comment comments capitalise capitalize lowercase uppercase trailing semicolon semicolons alphabetical type_hint prettify minify one-liner oneliner commit_message commit_msg unused snake_case camelcase change_the convert remove_the delete_the regex_for command_for command_to',
  define: 'what_does what_is what\'s what’s whats meaning mean means difference vs versus definition stand_for syntax_for which_one when_do tldr cheat_sheet',
  greet: 'help_with_in who_are good_morning good_night how_are',
  concurrency: 'concurrent concurrency race races thread threads mutex lock locks lock-free deadlock atomic atomics volatile happens-before memory_order memory_model goroutine goroutines semaphore interleaving reentrant async_cancellation channel channels seqlock scheduler preempt cas',
  distributed: 'distributed consensus raft paxos replication replica replicas shard sharding partition partitions crdt crdts exactly_once at_least_once eventual eventually_consistent linearizable quorum failover idempotent idempotency outbox saga offline_first kafka leader_election split_brain fencing two-phase multi-region',
  security: 'security secure insecure vulnerability vulnerable exploit attack attacker pentest pentester auditor injection xss csrf ssrf forgery signature signing hmac nonce replay timing_attack side_channel sandbox escape privilege jwt oauth cve threat hardening crypto cryptographic zero-knowledge tamper spoof domain_separation untrusted malicious abuse',
  performance: 'latency throughput p95 p99 profiler pprof flamegraph cache_line cache_miss false_sharing simd vectorize vectorise allocation allocations gc garbage_collector contention hot_path zero-copy tail_latency nested_loop backpressure',
  maths: 'numerically numeric numerical stable convergence converge asymptotic complexity o(n) bound bounds probability expectation variance bayesian gradient derivative integral matrix eigen eigenvalue modulo combinatorics distribution confidence estimator regression bias divisible automaton dfa softmax float rounding overflow',
  types: 'gadt gadts type-level typelevel type_inference generics generic variance covariant contravariant dependent_types higher-kinded monad functor lifetimes lifetime borrow_checker phantom existential unification typecheck typechecker variadic conditional_types',
  lowLevel: 'kernel unsafe undefined_behavior undefined_behaviour aliasing assembly simd intrinsics allocator page_fault mmap interrupt embedded firmware syscall ebpf cuda gpu warp dma bootloader jit compiler interpreter bytecode parser evaluator continuation',
  architecture: 'architecture monolith microservice microservices multi-tenant multitenant multi-tenancy tenant tenants zero_downtime without_downtime no_downtime rollout rollback backfill legacy event-driven event_sourcing cqrs bitemporal schema_migration migration scalability scale permission permissions authorization serializable plugin_system protocol versioning compatibility',
  data: 'postgres sql query index join window transaction isolation deadlock explain_analyze upsert recursive_cte aggregate partitioned nullable timezone timezones dst schema constraint constraints pivot merge etl',
  nothingElse: 'nothing_else only_that only_this only_the just_the just_that just_set just_change no_other without_changing_anything',
  restraint: 'only short shortly brief briefly quick quickly simple minimal minimum one_line one_sentence in_short small tiny basic example kurz breve court кратко tl;dr single_line plain_words',
  constraint: 'must should without never always exactly at_most at_least keep support handle including include ensure guarantee cannot can\'t mustn\'t unless until except instead both each every same preserve required requires even_if allow allowed avoid no not but also once after before when if while',
  scope: 'app application codebase monolith system platform everything everywhere entire whole repo repository project service services product backend frontend infrastructure pipeline redux framework multi-file across',
  mystery: 'sometimes intermittent intermittently occasionally random randomly flaky weird strange rarely bursts climbs grows production prod under_load no_idea cannot_reproduce can\'t_reproduce yet still but_only heisenbug mysterious benign subtle',
  longAnswer: 'detailed detail thorough thoroughly comprehensive in_depth long complete full step_by_step extensive tutorial guide',
  followUp: 'it that again continue same also now then why instead still more shorter longer go_on yes no ok okay',
  softwareTalk: 'code function method class variable array string object list dict loop api json yaml html css sql regex git docker bash shell linux python javascript typescript java rust go golang kotlin swift ruby php c++ c# haskell react vue angular node npm server client http rest graphql database table column file script terminal command compile build deploy kubernetes helm terraform nginx endpoint branch commit merge rebase port thread async await promise exception error bug stack heap pointer import module package library framework enum struct interface record type types hash jq grep sed awk',
  mathsTalk: 'calculate compute equation integral derivative probability matrix percent average sum product prime modulo formula per_second per_minute how_many',
  proseTalk: 'email letter blog essay story post announcement translate tone grammar wording sentence paragraph headline readme reply customer',
};

const entries = new Map<string, Meaning[]>();
const phraseStarts = new Set<string>();
for (const [meaning, list] of typedEntries(lists)) {
  for (const written of list.split(' ')) {
    const phrase = written.replaceAll('_', ' ');
    const space = phrase.indexOf(' ');
    if (space !== -1) phraseStarts.add(phrase.slice(0, space));
    const known = entries.get(phrase);
    if (known) known.push(meaning);
    else entries.set(phrase, [meaning]);
  }
}

/** How often each meaning was named. */
export type Meanings = ReadonlyMap<Meaning, number>;

/** Finds words and phrases of two or three words. A word counts once per different spelling, so that repeating it adds nothing. */
export function meaningsOf(words: readonly string[]): Meanings {
  const found = new Map<Meaning, number>();
  const seen = new Set<string>();
  const add = (phrase: string): boolean => {
    const meanings = entries.get(phrase);
    if (!meanings) return false;
    if (seen.has(phrase)) return true;
    seen.add(phrase);
    for (const meaning of meanings) found.set(meaning, (found.get(meaning) ?? 0) + 1);
    return true;
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (phraseStarts.has(word)) {
      const pair = `${word} ${words[at + 1] ?? ''}`;
      add(pair);
      add(`${pair} ${words[at + 2] ?? ''}`);
    }
    if (!add(word)) for (const base of baseForms(word)) if (add(base)) break;
  }
  return found;
}

/** Plural and verb endings of English, tried from the mildest on. */
function baseForms(word: string): readonly string[] {
  if (word.length < 5) return word.endsWith('s') ? [word.slice(0, -1)] : [];
  const bases: string[] = [];
  if (word.endsWith('s')) bases.push(word.slice(0, -1));
  if (word.endsWith('es')) bases.push(word.slice(0, -2));
  if (word.endsWith('ed')) bases.push(word.slice(0, -1), word.slice(0, -2));
  if (word.endsWith('ing')) bases.push(word.slice(0, -3), `${word.slice(0, -3)}e`, word.slice(0, -4));
  return bases;
}

function typedEntries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  const pairs: [K, V][] = [];
  for (const key in record) pairs.push([key, record[key]]);
  return pairs;
}
