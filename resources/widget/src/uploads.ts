// Files on their way to the desk. They are uploaded when they are chosen; a message then names them.

import { plain, wellFormed } from "./names";
import { readFile, type FileInfo } from "./protocol";

export const MOST_BYTES = 10_000_000;

export interface Upload {
  key: string;
  file: File;
  name: string;
  state: "sending" | "done" | "failed";
  percent: number;
  reason: "tooBig" | "uploadFailed" | "file_refused";
  info?: FileInfo;
}

export class Uploads {
  all: Upload[] = [];
  private requests = new Map<Upload, XMLHttpRequest>();
  private made = 0;

  constructor(
    private url: string,
    private authorization: () => string,
    private changed: () => void,
  ) {
    addEventListener("online", () => this.all.forEach((upload) => upload.reason === "uploadFailed" && this.start(upload)));
  }

  get busy(): boolean {
    return this.all.some((upload) => upload.state === "sending");
  }

  get failed(): boolean {
    return this.all.some((upload) => upload.state === "failed");
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const upload: Upload = { key: `${this.made++}`, file, name: plain(file.name) || "file", state: "sending", percent: 0, reason: "uploadFailed" };
      this.all.push(upload);
      this.start(upload);
    }
  }

  start(upload: Upload): void {
    if (upload.state === "done" || this.requests.has(upload)) return;
    if (upload.file.size > MOST_BYTES) return this.fail(upload, "tooBig");
    Object.assign(upload, { state: "sending", percent: 0 });
    const request = new XMLHttpRequest(); // fetch tells no progress
    this.requests.set(upload, request);
    request.open("POST", this.url);
    request.setRequestHeader("Authorization", this.authorization());
    request.setRequestHeader("Content-Type", upload.file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(wellFormed(upload.name)));
    request.timeout = 300_000;
    request.upload.onprogress = (event) => {
      upload.percent = event.total ? Math.floor((event.loaded / event.total) * 100) : 0;
      this.changed();
    };
    request.onloadend = () => this.finished(upload, request);
    request.send(upload.file);
    this.changed();
  }

  /** Forget it, and stop it if it is on its way. */
  remove(upload: Upload): void {
    this.all = this.all.filter((other) => other !== upload);
    const request = this.requests.get(upload);
    this.requests.delete(upload);
    request?.abort();
    this.changed();
  }

  /** What can be sent now; the list is empty afterwards. */
  takeAll(): FileInfo[] {
    const done = this.all.flatMap((upload) => upload.info ?? []);
    this.all = [];
    return done;
  }

  private finished(upload: Upload, request: XMLHttpRequest): void {
    if (!this.requests.delete(upload)) return;
    let info = readFile(null);
    try {
      if (request.status === 200 || request.status === 201) info = readFile(JSON.parse(request.responseText));
    } catch {
      // an answer that is none: it failed
    }
    if (!info.id) {
      const refused = request.status >= 400 && request.status < 500 && request.status !== 429;
      return this.fail(upload, request.status === 413 ? "tooBig" : refused ? "file_refused" : "uploadFailed");
    }
    Object.assign(upload, { state: "done", percent: 100, info });
    this.changed();
  }

  private fail(upload: Upload, reason: Upload["reason"]): void {
    Object.assign(upload, { state: "failed", reason });
    this.changed();
  }
}
