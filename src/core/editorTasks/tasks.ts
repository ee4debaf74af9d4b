/** Ready-made things to do with code, a problem, a command of the terminal or a cell of a notebook, as the model reads them. Short: every word is paid for with every question. */
export const tasks = {
  explain: 'Explain what this code does, and anything in it that is surprising.',
  fix: 'Find and fix what is wrong in this code. Give the whole corrected code in one block, then say briefly what was wrong.',
  improve: 'Improve this code: clearer, simpler, faster where it matters, with the same behaviour. Give the whole improved code in one block, then say briefly what changed.',
  tests: 'Write tests for this code, in the test framework that its project most likely uses. Cover the edge cases.',
  document: 'Document this code in the way that is usual in its language: what it is for, parameters, results, errors, and what is surprising; nothing that the names say. Change no code. Give the whole code with its comments in one block.',
  fixProblem: 'Fix the problem that is named below this code. Give the whole corrected code in one block, then say briefly what was wrong.',
  explainProblem: 'Explain the problem that is named below this code: what it means, why it is there, and how to get rid of it.',
  explainTerminal: 'Explain what happened here, and what to do about it if something went wrong.',
  fixTerminal: 'Say in one sentence what is wrong with this command. Then give the command that does what was meant, alone in one block, ready to run.',
  explainCell: 'Explain what this cell of a notebook does and what its output says.',
  fixCell: 'Find and fix what is wrong in this cell of a notebook. Give the whole corrected cell in one block, then say briefly what was wrong.',
  improveCell: 'Improve this cell of a notebook: clearer, simpler, faster where it matters, with the same result. Give the whole improved cell in one block, then say briefly what changed.',
} as const;
