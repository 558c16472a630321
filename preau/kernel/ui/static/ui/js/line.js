// One stream for all tabs of this browser. The visible tab that holds the lock reads it and tells the
// others; where there is none, or it does not carry a topic, each visible tab asks once a minute.
const NAME = "preau-live";
const POLL = 60_000;
const SILENCE = 45_000; // the server says something every 20 s
const LINGER = 20_000; // a hidden tab keeps the stream for so long

export function listen(page) {
  const channel = page.root.hasAttribute("data-streams") && navigator.locks ? new BroadcastChannel(NAME) : null;
  let heard = Date.now() - performance.now(); // everything up to here has been seen
  let polled = Date.now() - (Math.random() * POLL) / 2;
  let carried = new Set(); // the topics of the stream
  let wanted = new Set(); // by all tabs
  let office; // while this tab leads, or waits to
  let line; // while its stream is open …
  let begun = 0; // … since when
  let wake = () => {};
  let hides;

  function take({ at, topics, gap, changed, lost, out }) {
    if (at) {
      heard = at;
      page.well();
    }
    if (topics) carried = new Set(topics);
    if (gap) page.renew((topic) => carried.has(topic));
    if (changed) page.renew((topic) => topic === changed[0], changed[1]);
    if (lost) page.lost();
    if (out) page.out();
  }
  function tell(message) {
    channel.postMessage(message);
    take(message);
  }
  function hear({ data }) {
    if (data.who) channel.postMessage({ wants: page.topics(), age: Date.now() - heard });
    else if (data.wants && office) {
      const fresh = data.wants.filter((topic) => !wanted.has(topic));
      fresh.forEach((topic) => wanted.add(topic));
      if (line && fresh.length) {
        heard = Math.min(heard, Date.now() - data.age);
        line.abort();
      }
    } else take(data);
  }
  const pause = (ms) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      wake = () => (clearTimeout(timer), done());
    });

  async function read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return 1;
      const frames = (text + value).split("\n\n");
      text = frames.pop();
      tell({ at: Date.now() });
      for (const frame of frames) {
        const [, event, data] = /^event: (\w+)\ndata: ?(.*)$/.exec(frame) ?? [];
        if (event === "bye") return Number(data);
        if (event === "gap") tell({ gap: true });
        if (event === "changed") tell({ changed: data.split(" ") });
      }
    }
  }

  // A ticket holds for ten minutes, from page to page: most pages ask for none. Logging out empties the storage.
  async function permitted(signal) {
    const asked = [...wanted];
    const kept = JSON.parse(sessionStorage.getItem(NAME));
    const left = kept?.until - Date.now();
    if (left > 0 && left < POLL * 60 && asked.every((topic) => kept.asked.includes(topic))) return kept;
    const query = new URLSearchParams(asked.map((topic) => ["topic", topic]));
    const answer = await fetch(`${page.root.dataset.ticket}?${query}`, { redirect: "manual", signal });
    if (answer.type === "opaqueredirect" || answer.status === 403) tell({ out: true });
    if (!answer.ok) throw answer;
    const given = await answer.json();
    sessionStorage.setItem(NAME, JSON.stringify({ ...given, asked, until: Date.now() + given.seconds * 900 }));
    return { ...given, fresh: true };
  }

  // Resolves to the seconds within which to come back.
  async function connect() {
    wanted = new Set(page.topics());
    channel.postMessage({ who: true });
    await pause(100);
    line = new AbortController();
    begun = Date.now();
    const { signal } = line;
    const { ticket, topics, fresh } = await permitted(signal);
    tell({ topics });
    if (!ticket) return 600;
    const headers = { Authorization: `Live ${ticket}`, "X-Preau-Away": (Date.now() - heard) / 1000 };
    const stream = await fetch("/live", { headers, signal });
    if (stream.status === 401) sessionStorage.removeItem(NAME);
    if (stream.status === 401 && !fresh) return 0.2;
    if (stream.status === 503) return Number(stream.headers.get("Retry-After")) || 60;
    if (!stream.ok) throw stream;
    return read(stream.body);
  }

  async function lead(signal) {
    let failures = 0;
    signal.addEventListener("abort", () => (line?.abort(), wake()));
    while (!signal.aborted) {
      let within;
      try {
        within = await connect();
        failures = 0;
      } catch (error) {
        if (Date.now() - begun > POLL) failures = 0;
        // Broken off by ourselves: for another topic, or after a sleep.
        within = line?.signal.aborted ? 0.2 : Math.min(60, 2 ** ++failures);
        if (error instanceof TypeError && !line?.signal.aborted) tell({ lost: true });
      }
      line = null;
      if (!signal.aborted) await pause(within * 1000 * (0.1 + 0.9 * Math.random()));
    }
  }

  function stand() {
    clearTimeout(hides);
    if (!channel || office) return wake();
    office = new AbortController();
    const { signal } = office;
    navigator.locks.request(NAME, { signal }, () => lead(signal)).catch(() => {}); // it stepped down first
  }
  function step() {
    office?.abort();
    office = null;
  }
  function tick() {
    const now = Date.now();
    // After a sleep, or on a line that died without a word. A clock put back tells nothing: begin anew.
    if (line && (now - Math.max(heard, begun) > SILENCE || now < begun)) line.abort();
    const due = (topic) => now - Math.max(polled, carried.has(topic) ? heard : 0) >= POLL;
    if (document.hidden || !page.topics().some(due)) return;
    page.renew(due);
    polled = now;
  }
  function look() {
    clearTimeout(hides);
    if (document.hidden) hides = setTimeout(step, LINGER);
    else {
      stand();
      setTimeout(tick, 3000); // the stream may tell by then
    }
  }

  if (channel) channel.onmessage = hear;
  const ticking = setInterval(tick, 5000);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("pageshow", (event) => event.persisted && page.renew(() => true));
  if (channel) channel.postMessage({ wants: page.topics(), age: Date.now() - heard });
  if (!document.hidden) stand();

  function stop() {
    clearInterval(ticking);
    clearTimeout(hides);
    document.removeEventListener("visibilitychange", look);
    removeEventListener("online", look);
    step();
    channel?.close();
  }
  return { stop };
}
