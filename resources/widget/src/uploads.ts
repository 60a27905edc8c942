// Files on their way to the desk. They are uploaded when they are chosen; a message then names them.

import { authorization } from "./chat";
import { plain, wellFormed } from "./names";
import { readFile, type FileInfo } from "./protocol";
import { filesUrl } from "./site";
import * as words from "./words";

const MOST_BYTES = 10_000_000;
const MOST_FILES = 10; // of one message
const FRESH = { percent: 0, problem: "", again: false };

export interface Upload {
  key: string;
  file: File;
  name: string;
  percent: number;
  problem: string; // empty: it goes well
  again: boolean; // it may be tried once more
  info: FileInfo; // what the desk knows it by, when it is there
  request?: XMLHttpRequest | undefined;
}

export let all: Upload[] = [];
let changed: () => void;
let made = 0;

/** `told` is called after every change. */
export function start(told: typeof changed): void {
  changed = told;
}

/** The desk can be reached again: what failed for want of a line goes out. */
export const resume = (): void => all.filter((upload) => upload.again).forEach(send);

export const busy = (): boolean => all.some((upload) => upload.request);
export const failed = (): boolean => all.some((upload) => upload.problem);

export function add(files: Iterable<File>): void {
  for (const file of files) {
    if (all.length >= MOST_FILES) return;
    const upload = { key: `${made++}`, file, name: plain(file.name) || "file", info: readFile(0), ...FRESH };
    all.push(upload);
    if (file.size > MOST_BYTES) fail(upload, words.tooBig());
    else send(upload);
  }
}

export function send(upload: Upload): void {
  const request = (upload.request = new XMLHttpRequest()); // fetch tells no progress
  Object.assign(upload, FRESH);
  request.open("POST", filesUrl);
  request.setRequestHeader("Authorization", authorization());
  request.setRequestHeader("X-File-Name", encodeURIComponent(wellFormed(upload.name)));
  request.upload.onprogress = ({ loaded, total }) => {
    upload.percent = Math.floor((100 * loaded) / (total || 1));
    changed();
  };
  request.onloadend = () => finished(upload, request);
  request.send(upload.file);
  changed();
}

/** Forget it, and stop it if it is on its way. */
export function remove(upload: Upload): void {
  all = all.filter((other) => other !== upload);
  const { request } = upload;
  upload.request = undefined;
  request?.abort();
  changed();
}

/** What can be sent now; nothing waits any more. */
export function takeAll(): FileInfo[] {
  const infos = all.map((upload) => upload.info);
  all = [];
  return infos;
}

function finished(upload: Upload, { status, responseText }: XMLHttpRequest): void {
  if (!upload.request) return; // it was removed
  upload.request = undefined;
  try {
    upload.info = readFile(JSON.parse(responseText));
  } catch {
    // no answer, or none of the desk's
  }
  if (status === 413) fail(upload, words.tooBig());
  else if (status >= 400 && status < 500 && status !== 429) fail(upload, words.problem("file_refused"));
  else if (!upload.info.id) {
    upload.again = true;
    fail(upload, words.problem(""));
  } else changed();
}

function fail(upload: Upload, problem: string): void {
  upload.problem = problem;
  changed();
}
