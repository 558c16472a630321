// tus 1.0: one file in pieces; a cut line costs the piece on its way, a closed page nothing.
import { ask, Refused } from "./asking.js";

export { Refused };
const PIECE = 1_000_000;
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class Upload {
  // given: {url, file, headers(), metadata, remember: key in localStorage, onProgress(done), onWait()}
  constructor(given) {
    Object.assign(this, given);
    this.stopped = new AbortController();
  }

  // The headers of the last answer, once everything has arrived. Throws Refused with the server's sentence.
  async send() {
    let at = await this.#found();
    let answer = at.answer;
    while (at.offset < this.file.size || !answer.headers.get("X-Preau-Attachment")) {
      const piece = this.file.slice(at.offset, at.offset + PIECE);
      answer = await this.#ask("PATCH", this.url, {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": at.offset,
      }, piece);
      if (answer.status === 409) at = await this.#found();
      else at.offset = Number(answer.headers.get("Upload-Offset"));
      this.onProgress(at.offset);
    }
    localStorage.removeItem(this.remember);
    return answer.headers;
  }

  async cancel() {
    this.stopped.abort();
    localStorage.removeItem(this.remember);
    if (this.begun) await fetch(this.url, { method: "DELETE", headers: this.#headers() }).catch(() => {});
  }

  #headers(more = {}) {
    return { "Tus-Resumable": "1.0.0", ...this.headers(), ...more };
  }

  async #ask(method, url, headers, body) {
    const asked = { method, body, redirect: "manual", headers: this.#headers(headers), signal: this.stopped.signal };
    try {
      return await ask(url, asked, this.onWait);
    } catch (error) {
      if (error.forget) localStorage.removeItem(this.remember);
      throw error;
    }
  }

  // Where it stopped, of this or an earlier visit; else a new one.
  async #found() {
    const kept = localStorage.getItem(this.remember);
    if (kept) {
      const answer = await this.#ask("HEAD", kept, {});
      if (answer.ok) {
        this.url = kept;
        this.begun = true;
        const offset = Number(answer.headers.get("Upload-Offset"));
        if (offset) this.onResume(offset);
        return { offset, answer };
      }
      localStorage.removeItem(this.remember);
    }
    const metadata = Object.entries(this.metadata).map(([key, value]) => `${key} ${base64(value)}`);
    const answer = await this.#ask("POST", this.create, {
      "Upload-Length": this.file.size,
      "Upload-Metadata": metadata.join(","),
    });
    this.url = answer.headers.get("Location");
    this.begun = true;
    localStorage.setItem(this.remember, this.url);
    return { offset: 0, answer };
  }
}
