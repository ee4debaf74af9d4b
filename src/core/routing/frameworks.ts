interface FrameworkRow {
  readonly name: string;
  /** Beginnings of what is imported. */
  readonly imports: string;
  /** Words that name it alone, phrases of two joined with `_`. */
  readonly words: string;
  /** Names in its code. */
  readonly looks?: RegExp;
}

/** What stands on another comes before it: code of Next.js imports React, too. */
const frameworks: readonly FrameworkRow[] = [
  { name: 'Next.js', imports: 'next/', words: 'nextjs next.js app_router', looks: /\bgetServerSideProps\b|\bgetStaticProps\b|['"]use server['"]/ },
  { name: 'Remix', imports: '@remix-run/', words: 'remix.run' },
  { name: 'Gatsby', imports: 'gatsby', words: 'gatsby' },
  { name: 'React Native', imports: 'react-native expo', words: 'react_native' },
  { name: 'Redux', imports: 'redux react-redux @reduxjs/', words: 'redux' },
  { name: 'React', imports: 'react react-dom', words: 'react reactjs react.js jsx usestate useeffect usememo usecallback', looks: /\buse(?:State|Effect|Memo|Callback|Reducer)\(/ },
  { name: 'Nuxt', imports: 'nuxt #app', words: 'nuxt nuxtjs nuxt.js' },
  { name: 'Vue', imports: 'vue pinia vuex @vue/', words: 'vue vuejs vue.js vuex pinia', looks: /<script\ssetup|\bdefineComponent\(/ },
  { name: 'Angular', imports: '@angular/', words: 'angular angularjs ngrx', looks: /@NgModule\(|\*ngIf=|\*ngFor=/ },
  { name: 'SvelteKit', imports: '@sveltejs/ $app/', words: 'sveltekit' },
  { name: 'Svelte', imports: 'svelte', words: 'svelte' },
  { name: 'Solid', imports: 'solid-js', words: 'solidjs solid.js' },
  { name: 'NestJS', imports: '@nestjs/', words: 'nestjs nest.js' },
  { name: 'Express', imports: 'express', words: 'expressjs express.js express_app express_route express_server express_middleware express_api', looks: /\bexpress\(\)|\bexpress\.Router\(/ },
  { name: 'Fastify', imports: 'fastify', words: 'fastify' },
  { name: 'Electron', imports: 'electron', words: 'electron' },
  { name: 'Prisma', imports: '@prisma/', words: 'prisma' },
  { name: 'Django REST framework', imports: 'rest_framework', words: 'drf rest_framework' },
  { name: 'Django', imports: 'django', words: 'django', looks: /\bmodels\.(?:CharField|ForeignKey|Model)\b/ },
  { name: 'FastAPI', imports: 'fastapi', words: 'fastapi' },
  { name: 'Flask', imports: 'flask', words: 'flask', looks: /@app\.route\(/ },
  { name: 'SQLAlchemy', imports: 'sqlalchemy', words: 'sqlalchemy' },
  { name: 'Celery', imports: 'celery', words: 'celery' },
  { name: 'PyTorch', imports: 'torch', words: 'pytorch torch' },
  { name: 'TensorFlow', imports: 'tensorflow keras', words: 'tensorflow keras' },
  { name: 'scikit-learn', imports: 'sklearn', words: 'sklearn scikit-learn' },
  { name: 'pandas', imports: 'pandas', words: 'pandas dataframe', looks: /\bpd\.\w/ },
  { name: 'Polars', imports: 'polars', words: 'polars' },
  { name: 'NumPy', imports: 'numpy', words: 'numpy', looks: /\bnp\.\w/ },
  { name: 'Spark', imports: 'pyspark org.apache.spark', words: 'pyspark' },
  { name: 'pytest', imports: 'pytest', words: 'pytest' },
  { name: 'Jest', imports: '@jest/ jest', words: 'jest' },
  { name: 'Vitest', imports: 'vitest', words: 'vitest' },
  { name: 'Playwright', imports: '@playwright/ playwright', words: 'playwright' },
  { name: 'Cypress', imports: 'cypress', words: 'cypress' },
  { name: 'JUnit', imports: 'org.junit', words: 'junit' },
  { name: 'Rails', imports: 'rails active_record action_controller', words: 'rails activerecord actioncable', looks: /\bActiveRecord::|\bApplicationController\b/ },
  { name: 'RSpec', imports: 'rspec', words: 'rspec' },
  { name: 'Laravel', imports: 'Illuminate laravel', words: 'laravel eloquent' },
  { name: 'Symfony', imports: 'Symfony', words: 'symfony doctrine' },
  { name: 'Spring', imports: 'org.springframework', words: 'spring_boot springboot spring_mvc spring_security spring_data spring_bean', looks: /@(?:RestController|SpringBootApplication|Autowired|Transactional)\b/ },
  { name: 'Hibernate', imports: 'org.hibernate javax.persistence jakarta.persistence', words: 'hibernate jpa' },
  { name: 'Quarkus', imports: 'io.quarkus', words: 'quarkus' },
  { name: 'Ktor', imports: 'io.ktor', words: 'ktor' },
  { name: 'Jetpack Compose', imports: 'androidx.compose', words: 'jetpack_compose', looks: /@Composable\b/ },
  { name: 'Android', imports: 'android. androidx.', words: 'android' },
  { name: 'SwiftUI', imports: 'SwiftUI', words: 'swiftui' },
  { name: 'Flutter', imports: 'package:flutter', words: 'flutter' },
  { name: 'Entity Framework', imports: 'Microsoft.EntityFrameworkCore', words: 'entity_framework ef_core efcore' },
  { name: 'ASP.NET', imports: 'Microsoft.AspNetCore', words: 'asp.net aspnet aspnetcore blazor' },
  { name: 'Unity', imports: 'UnityEngine', words: 'unity3d unityengine', looks: /\bMonoBehaviour\b/ },
  { name: 'Qt', imports: 'QtWidgets QtCore QWidget QApplication PyQt5 PyQt6 PySide6', words: 'qt pyqt qml' },
  { name: 'Tokio', imports: 'tokio', words: 'tokio' },
  { name: 'Actix', imports: 'actix_web actix', words: 'actix' },
  { name: 'Axum', imports: 'axum', words: 'axum' },
  { name: 'Serde', imports: 'serde', words: 'serde' },
  { name: 'Gin', imports: 'github.com/gin-gonic/', words: 'gin-gonic' },
  { name: 'GORM', imports: 'gorm.io/', words: 'gorm' },
  { name: 'Phoenix', imports: 'Phoenix', words: 'liveview phoenix_liveview', looks: /\bPhoenix\.\w/ },
  { name: 'Tailwind CSS', imports: 'tailwindcss', words: 'tailwind tailwindcss' },
  { name: 'Kubernetes', imports: 'k8s.io/', words: 'kubernetes k8s kubectl helm' },
  { name: 'GitHub Actions', imports: 'actions/checkout', words: 'github_actions' },
  { name: 'Kafka', imports: 'org.apache.kafka kafkajs', words: 'kafka' },
  { name: 'CUDA', imports: 'cuda', words: 'cuda' },
];

const byWord = new Map(frameworks.flatMap(({ words }, place) => words.split(' ').map((word): [string, number] => [word, place])));
const beginnings = frameworks.flatMap(({ imports }, place) => imports.split(' ').map((start) => ({ start, place })));
/** By their first two characters, so that an import is compared with a few. */
const byBeginning = Map.groupBy(beginnings, ({ start }) => start.slice(0, 2));

/** What is said to be used: enough for `import x from 'y'`, `require("y")`, `using Y;`, `#include <y>`, `uses: y`. */
const importOf = /(?:\bfrom|\bimport|\brequire|\busing|\buse|\buses:|#include)\s{0,3}[("'<]{0,2}([@#$]?[\w./\\:-]{2,80})/g;
const mostImports = 40;

/** The framework a text is about: by imports and names in its code, else by words. Texts are samples. */
export function frameworkOf({ said, shown }: { readonly said: string; readonly shown: string }): string | undefined {
  let best = Infinity;
  for (const text of [shown, said]) {
    let imports = 0;
    for (const [, name = ''] of text.matchAll(importOf)) {
      for (const { start, place } of byBeginning.get(name.slice(0, 2)) ?? []) if (place < best && begins(name, start)) best = place;
      if (++imports === mostImports) break;
    }
    frameworks.forEach(({ looks }, place) => {
      if (place < best && looks?.test(text)) best = place;
    });
    if (best < Infinity) return frameworks[best]?.name;
  }
  let before = '';
  for (const word of said.toLowerCase().match(/[a-z][a-z0-9_-]{0,40}(?:\.(?:js|run|net)\b)?/g) ?? []) {
    const place = byWord.get(`${before}_${word}`) ?? byWord.get(word);
    if (place !== undefined && place < best) best = place;
    before = word;
  }
  return frameworks[best]?.name;
}

/** `react` begins `react/jsx-runtime` and not `reactive`. */
function begins(name: string, start: string): boolean {
  return name.startsWith(start) && (/\W$/.test(start) || !/^\w/.test(name.slice(start.length)));
}
