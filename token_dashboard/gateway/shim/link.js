/** JSON-RPC 2.0 with one child process, an object a line, in both directions. */
const LONGEST_LINE = 16 * 1024 * 1024;
const ANSWER_WITHIN_MS = 15_000;
const WAITING_NOTIFICATIONS = 1000;
const OURS = "The Python program of token-dashboard";

/** The child ended before it answered. */
export class Gone extends Error {}

export class Link {
  #child;
  #host;
  #pending = new Map();
  #waiting = [];
  #lastId = 0;
  #ended;
  #complained = false;

  /** `host` answers what Python asks (`answer`) and keeps what it says (`log`). */
  constructor(child, host) {
    this.#child = child;
    this.#host = host;
    for (const handle of [child, child.stdin, child.stdout]) handle?.unref?.(); // never what keeps a process up
    /** Resolves when the child has ended, to a `Gone` that says how. */
    this.gone = new Promise((resolve) => {
      child.once("error", (error) => resolve(new Gone(`${OURS} could not be started: ${error.message}.`)));
      child.once("exit", (code, signal) => resolve(new Gone(`${OURS} ended (${signal ?? `exit code ${code}`}).`)));
    });
    this.gone.then((gone) => {
      this.#ended = gone;
      for (const call of [...this.#pending.values()]) call.reject(gone);
    });
    child.stdin?.on("drain", () => this.#write());
    child.stdin?.on("error", () => {}); // its end is told by `gone`
    readLines(child.stdout, (line) => this.#take(line), () => this.#complain("a line over 16 MiB"));
  }

  request(method, params, limitMs) {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const settle = (how) => (value) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        how(value);
      };
      const late = new Error(`token-dashboard did not answer ${method} within ${Math.round(limitMs / 1000)} s.`);
      const timer = setTimeout(() => this.#pending.get(id)?.reject(late), Math.max(0, limitMs));
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      try {
        this.#send({ jsonrpc: "2.0", id, method, params }, () => this.#pending.has(id));
      } catch (error) {
        this.#pending.get(id).reject(error);
      }
    });
  }

  /** Says something that needs no answer. A child that reads nothing for long misses it. */
  notify(method, params) {
    if (this.#waiting.length < WAITING_NOTIFICATIONS) this.#send({ jsonrpc: "2.0", method, params });
  }

  /** Ends the child, kindly at first. Done in under 4 s whatever it does. */
  async end() {
    const child = this.#child;
    const timers = [
      setTimeout(() => child.kill("SIGTERM"), 1500),
      setTimeout(() => child.kill("SIGKILL"), 3000),
    ];
    let givenUp;
    const giveUp = new Promise((resolve) => (givenUp = setTimeout(resolve, 3500)));
    await this.request("shutdown", {}, 1000).catch(() => {});
    child.stdin?.end();
    await Promise.race([this.gone, giveUp]);
    for (const timer of [...timers, givenUp]) clearTimeout(timer);
  }

  #send(message, isWanted = () => true) {
    const line = `${JSON.stringify(message)}\n`;
    if (Buffer.byteLength(line) > LONGEST_LINE) throw new Error("More than 16 MiB can't be sent in one line.");
    this.#waiting.push({ line, isWanted });
    this.#write();
  }

  #write() {
    const { stdin } = this.#child;
    while (this.#waiting.length > 0 && stdin?.writable && !stdin.writableNeedDrain) {
      const { line, isWanted } = this.#waiting.shift();
      if (isWanted()) stdin.write(line);
    }
  }

  #take(line) {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      return this.#complain("a line that is no JSON");
    }
    if (typeof message?.method === "string") return void this.#answer(message);
    const call = this.#pending.get(message?.id);
    if (!call) return; // it came too late
    const { error } = message;
    if (!error) return call.resolve(message.result);
    call.reject(Object.assign(new Error(error.message), { code: error.code, data: error.data }));
  }

  async #answer({ id, method, params }) {
    const answer = { jsonrpc: "2.0", id };
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`OpenClaw did not answer ${method} in time.`)), ANSWER_WITHIN_MS);
    });
    try {
      answer.result = (await Promise.race([this.#host.answer(method, params ?? {}), late])) ?? {};
    } catch (error) {
      answer.error = { code: error.code === -32601 ? -32601 : -32000, message: String(error.message) };
    }
    clearTimeout(timer);
    if (id === undefined) return;
    try {
      this.#send(answer);
    } catch (error) {
      this.#send({ jsonrpc: "2.0", id, error: { code: -32000, message: error.message } });
    }
  }

  #complain(what) {
    if (!this.#complained) this.#host.log("warn", `Python wrote ${what} to its stdout; it was passed over.`);
    this.#complained = true;
  }
}

/** Whole lines of a byte stream. A line that grows over the limit is dropped as it comes. */
function readLines(stream, take, refuse) {
  let parts = [];
  let size = 0;
  const keep = (part) => {
    size += part.length;
    if (size > LONGEST_LINE) parts = [];
    else parts.push(part);
  };
  stream?.on("data", (chunk) => {
    let start = 0;
    for (let end; (end = chunk.indexOf(10, start)) >= 0; start = end + 1) {
      keep(chunk.subarray(start, end));
      if (size > LONGEST_LINE) refuse();
      else if (size > 0) take(Buffer.concat(parts).toString());
      parts = [];
      size = 0;
    }
    keep(chunk.subarray(start));
  });
}
