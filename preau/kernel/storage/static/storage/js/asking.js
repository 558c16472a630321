// A request that outlives a cut line: asked again until the server has said something about it.
export class Refused extends Error {
  constructor(words, forget) {
    super(words);
    this.forget = forget; // nothing of it is kept over there
  }
}

// 409, and for HEAD whatever is no more, are the caller's to read. Throws Refused with the server's sentence.
export async function ask(url, request, onWait) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, 30_000)) {
    try {
      const answer = await fetch(url, request);
      const { status } = answer;
      if (answer.ok || status === 409 || (request.method === "HEAD" && status >= 400 && status < 500)) return answer;
      // Logged out meanwhile: what has arrived waits for the next visit.
      if (answer.type === "opaqueredirect") throw new Refused("", false);
      if (status === 507) throw new Refused(await said(answer), false);
      if (status < 500 && status !== 408 && status !== 429 && status !== 460) throw new Refused(await said(answer), true);
    } catch (error) {
      if (error instanceof Refused || request.signal.aborted) throw error;
    }
    onWait();
    await new Promise((go) => {
      setTimeout(go, pause);
      addEventListener("online", go, { once: true });
    });
  }
}

const said = async (answer) =>
  answer.headers.get("Content-Type")?.startsWith("text/plain") ? answer.text() : "";
