// What the widget computes, without a browser. tests/packaging/test_widget_build.py runs it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_MS, MOST_MS, waitAfter, waitFor } from "../../../resources/widget/src/backoff";
import { contrast, readable, textOn } from "../../../resources/widget/src/colour";
import { findLinks } from "../../../resources/widget/src/links";
import { fileSize, initials, moment, plain, wellFormed } from "../../../resources/widget/src/names";
import { readFrame, readStatus } from "../../../resources/widget/src/protocol";
import * as words from "../../../resources/widget/src/words";

const links = (text: string): string[] => findLinks(text).flatMap(({ href }) => href || []);

test("a text is cut into pieces and nothing of it is lost", () => {
  for (const text of ["", "no link", "a https://b.example/c, d", "(http://a.example/b(c)) x", "mailto:a@b.example."])
    assert.equal(findLinks(text).map((piece) => piece.text).join(""), text);
});

test("what is no http, https or mailto is no link", () => {
  for (const text of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://", "http://[", "ftp://a.example", "https://u:p@a.example"])
    assert.deepEqual(links(text), []);
});

test("a sentence's punctuation is not the link's", () => {
  assert.deepEqual(links("See https://a.example/b. (https://a.example/c)! «https://a.example/d»"), [
    "https://a.example/b",
    "https://a.example/c",
    "https://a.example/d",
  ]);
  assert.deepEqual(links("https://a.example/wiki/Taza_(cerámica)"), ["https://a.example/wiki/Taza_(cer%C3%A1mica)"]);
});

test("a host in other letters is shown as it is looked up", () => {
  assert.deepEqual(findLinks("https://аррӏе.com/"), [{ text: "https://xn--80ak6aa92e.com/", href: "https://xn--80ak6aa92e.com/" }]);
});

test("nothing hides in a name", () => {
  assert.equal(plain("  foto\u202egpj.exe\u200b\n"), "fotogpj.exe");
  assert.equal(wellFormed("a\ud83d"), "a\ufffd");
  assert.equal(wellFormed("👍"), "👍");
});

test("initials are those of the first and last name", () => {
  assert.deepEqual(["Lucía Marín", "Lucía de la Marín", "root", "🐈 x", ""].map(initials), ["LM", "LM", "R", "🐈X", ""]);
});

test("sizes and days are told as people do", () => {
  assert.deepEqual([1, 999, 48_213, 1_250_000].map((size) => fileSize(size, "es")), ["1 kB", "1 kB", "49 kB", "1,3 MB"]);
  const now = new Date(2026, 10, 22, 10, 2).getTime();
  assert.equal(moment(now, now, "es"), "Hoy, 10:02");
  assert.equal(moment(now - 864e5, now, "en-GB"), "Yesterday, 10:02");
  assert.equal(moment(now - 10 * 864e5, now, "es"), "12 de noviembre, 10:02");
});

test("every colour carries a text that can be read", () => {
  for (let step = 0; step < 4096; step++) {
    const colour = `#${step.toString(16).padStart(3, "0").replace(/./g, "$&$&")}`;
    assert.ok(contrast(textOn(colour), colour) >= 4.5, colour);
    for (const ground of ["#f0f2f5", "#22262e"]) assert.ok(contrast(readable(colour, ground), ground) >= 4.5, colour);
  }
});

test("the wait grows to half a minute, and not everybody comes back at once", () => {
  assert.equal(waitFor(0, 0.999999) <= FIRST_MS, true);
  for (let n = 0; n < 2000; n++) {
    const [soonest, latest] = [waitFor(n, 0), waitFor(n, 1)];
    assert.ok(soonest >= FIRST_MS / 2 && latest <= MOST_MS && latest >= soonest * 1.9, `${n}`);
  }
  assert.equal(waitAfter(4403, 0, 0), Infinity);
  assert.ok(waitAfter(4429, 0, 0) >= MOST_MS && waitAfter(4410, 0, 0) >= 60_000);
  assert.equal(waitAfter(1006, 0, 0), waitFor(0, 0));
});

test("a frame has the shape that we expect, whatever it was", () => {
  for (const data of ["", "null", "[]", "7", '"x"', "{", '{"t":7}', '{"t":{}}']) assert.equal(readFrame(data).t, "");
  const frame = readFrame('{"t":"welcome","box":7,"messages":[{"text":5,"order":-1,"files":"x"},3],"known":{"name":"L\\u202e"}}');
  assert.equal(frame.box.name, "");
  assert.deepEqual(frame.messages.map(({ text, order, files }) => [text, order, files]), [["", 0, []], ["", 0, []]]);
  assert.deepEqual(frame.known, { name: "L", email: "" });
  assert.deepEqual(readStatus({ place: 1.5, seen: "1", rated: 2, state: "active", more: 1 }), {
    state: "active",
    agent: "",
    place: 0,
    seen: 0,
    unanswered: false,
    rated: 2,
  });
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  readFrame('{"t":"box","__proto__":{"polluted":1},"box":{"__proto__":{"polluted":1}}}');
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("everything can be said in both languages, with its value in the same places", () => {
  const sentences = Object.values(words).filter((word): word is words.Words => typeof word === "function" && word !== (words.speak as unknown) && word !== (words.problem as unknown));
  assert.ok(sentences.length > 40);
  const said = ["en-GB", "es-MX"].map((tag) => {
    words.speak(tag);
    return sentences.map((sentence) => sentence("\u0001"));
  });
  said[0]!.forEach((english, i) => {
    assert.equal(english.includes("\u0001"), said[1]![i]!.includes("\u0001"), english);
    assert.ok(said[1]![i]!.length <= english.length * 1.8 + 6, english);
  });
  assert.equal(words.language, "es-MX");
  words.speak("de-DE");
  assert.equal(words.language, "en");
  assert.equal(words.typing("$& {}"), "$& {} is typing…");
  assert.equal(words.problem("constructor"), words.problem(""));
});
