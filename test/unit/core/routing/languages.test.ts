import assert from 'node:assert/strict';
import { entitiesOf } from '../../../../src/core/routing/entities';
import { frameworkOf } from '../../../../src/core/routing/frameworks';
import { languageLabel, languageNamed, languageOf, languageOfFile } from '../../../../src/core/routing/languages';
import { readMessage } from '../../../../src/core/routing/readMessage';

const fence = '```';

function language(text: string, given?: string): string | undefined {
  return languageOf({ given, ...entitiesOf(text), reading: readMessage(text) });
}

describe('languageOf', () => {
  const rows: [string, string | undefined, string?][] = [
    ['anything', 'go', 'go'],
    ['write a python script that renames files', 'python', 'plaintext'],
    [`fix\n${fence}rs\nfn main() {}\n${fence}`, 'rust'],
    [`fix\n${fence}\ndef f(x):\n    return None\n${fence}`, 'python'],
    ['fix src/app.tsx', 'typescriptreact'],
    ['why does main.go not find utils.go', 'go'],
    ['the Dockerfile is slow', 'dockerfile'],
    ['explain the borrow checker in Rust', 'rust'],
    ['how do I reverse a list in Go', 'go'],
    ['go on and tell me more', undefined],
    ['is it ok to go home', undefined],
    ['C++ or C# for games?', 'cpp'],
    ['a goroutine leaks', 'go'],
    ['write it in R', 'r'],
    ['pointers in C', 'c'],
    ['vitamin C is good', undefined],
    ['a bash one-liner that counts lines', 'shellscript'],
    ['give me the json', 'json'],
    ['a json parser in kotlin', 'kotlin'],
    ['SELECT name FROM users WHERE id = 1 ORDER BY name', 'sql'],
    ['postgres query for duplicates', 'sql'],
    ['const x: number = 1;\ninterface A { b: string }', 'typescript'],
    ['const total = items.map((i) => i.price);\nconsole.log(total);', 'javascript'],
    ['public class A {\n  public static void main(String[] a) { System.out.println(1); }\n}', 'java'],
    ['#include <vector>\nint main() { std::vector<int> v; auto& x = v[0]; }', 'cpp'],
    ['func main() {\n\tx := 1\n\tif err != nil { return }\n}', 'go'],
    ['<div class="a">\n<ul><li>x</li></ul>\n</div>', 'html'],
    ['what is the capital of France?', undefined],
    ['', undefined],
  ];
  for (const [text, expected, given] of rows) {
    it(`${JSON.stringify(text.slice(0, 50))} is ${expected ?? 'none'}`, () => assert.equal(language(text, given), expected));
  }

  it('knows names and endings', () => {
    assert.equal(languageNamed('Py'), 'python');
    assert.equal(languageNamed('golang'), 'go');
    assert.equal(languageNamed('brainfuck'), 'brainfuck');
    assert.equal(languageOfFile('a/b/Makefile'), 'makefile');
    assert.equal(languageOfFile('a.b/c'), undefined);
    assert.deepEqual(['typescriptreact', 'cpp', 'rust'].map(languageLabel), ['TSX', 'C++', 'Rust']);
  });
});

describe('frameworkOf', () => {
  const rows: [string, string | undefined][] = [
    ["import { useState } from 'react'", 'React'],
    ["import Link from 'next/link'\nimport { useState } from 'react'", 'Next.js'],
    ['import { reactive } from "@vue/reactivity"', 'Vue'],
    ['import reactive from "reactive-things"', undefined],
    ['from django.db import models', 'Django'],
    ['from rest_framework import serializers\nfrom django.db import models', 'Django REST framework'],
    ['import pandas as pd\nimport numpy as np', 'pandas'],
    ['const app = require("express")()', 'Express'],
    ['import org.springframework.web.bind.annotation.GetMapping;', 'Spring'],
    ['using Microsoft.EntityFrameworkCore;', 'Entity Framework'],
    ['use tokio::sync::Mutex;', 'Tokio'],
    ['#include <QWidget>', 'Qt'],
    ['@RestController\npublic class A {}', 'Spring'],
    ['how do I test a Vue component', 'Vue'],
    ['my Rails migration fails', 'Rails'],
    ['a Spring Boot service', 'Spring'],
    ['spring is a season', undefined],
    ['express yourself', undefined],
    ['an express route that returns 404', 'Express'],
    ['react native list is slow', 'React Native'],
    ['kubectl says pending', 'Kubernetes'],
    ['', undefined],
  ];
  for (const [text, expected] of rows) {
    it(`${JSON.stringify(text.slice(0, 50))} is ${expected ?? 'none'}`, () => assert.equal(frameworkOf(readMessage(text)), expected));
  }
});
