/** One Python program a process, whichever instance of this plugin asks; started when needed, and again. */
import { startPython } from "./child.js";
import { Gone, Link } from "./link.js";

const BRIDGE = ["openclaw", "bridge"];
const HUB = Symbol.for("token-dashboard.hub");
const INITIALIZE_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const REST_MS = 30_000;
const CRASHES_BEFORE_REST = 5;
const HEALTHY_AFTER_MS = 60_000;
const CALLERS_WAIT_MS = 2000;

export const hub = () => (globalThis[HUB] ??= new Hub());

/** Ends Python if this process has one. What calls later gets a new one. */
export const stopHub = () => globalThis[HUB]?.stop();

class Hub {
  #host;
  #link;
  #opening;
  #isService = false;
  #isStopped = false;
  #crashes = 0;
  #startedAt = 0;
  #restUntil = 0;
  #trouble;
  #hurry = () => {};

  /** Keeps Python running from now on. */
  start(host) {
    this.#host = host;
    this.#isService = true;
    this.#connect().catch(() => {}); // told by #lost
  }

  /** Asks Python, starting it if need be. What a crash cut off is asked once more: all that is asked may be. */
  async call(host, method, params, limitMs) {
    this.#host ??= host;
    const until = Date.now() + limitMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const link = await before(until, this.#forCaller());
        return await link.request(method, params, until - Date.now());
      } catch (error) {
        if (!(error instanceof Gone) || attempt === 2) throw error;
      }
    }
  }

  answer(method, params) {
    return this.#host.answer(method, params);
  }

  log(level, message) {
    this.#host.log(level, message);
  }

  /** Tells Python, if it is there to hear it. */
  notify(method, params) {
    this.#link?.notify(method, params);
  }

  async stop() {
    this.#isStopped = true;
    if (globalThis[HUB] === this) delete globalThis[HUB];
    await this.#link?.end();
  }

  #forCaller() {
    const restMs = this.#restUntil - Date.now();
    if (restMs > 0) {
      const seconds = Math.ceil(restMs / 1000);
      return Promise.reject(new Error(`${this.#trouble} It is started again in ${seconds} s.`));
    }
    const opening = this.#connect();
    this.#hurry();
    return opening;
  }

  #connect() {
    return (this.#opening ??= this.#open());
  }

  async #open() {
    await this.#pause();
    if (this.#isStopped) throw new Error("token-dashboard is stopping.");
    this.#startedAt = Date.now();
    let link;
    try {
      link = new Link(startPython(this.#host.program(), BRIDGE, ["pipe", "pipe", "inherit"]), this);
      this.#link = link;
      link.gone.then((gone) => this.#lost(gone));
      await link.request("initialize", this.#host.introduction(), INITIALIZE_MS);
    } catch (error) {
      if (!link) this.#lost(error);
      else if (!(error instanceof Gone)) {
        this.#note(error);
        link.end();
      }
      throw error;
    }
    if (this.#trouble) this.log("info", "Its Python program runs again.");
    this.#trouble = undefined;
    this.#host.health?.clearFailure();
    return link;
  }

  #lost(error) {
    this.#link = undefined;
    this.#opening = undefined;
    if (this.#isStopped) return;
    const lived = Date.now() - this.#startedAt;
    this.#crashes = lived > HEALTHY_AFTER_MS ? 1 : this.#crashes + 1;
    this.#note(error);
    if (this.#crashes >= CRASHES_BEFORE_REST) {
      this.#restUntil = Date.now() + REST_MS;
      this.#host.health?.reportFailure(new Error(this.#trouble));
    }
    if (this.#isService) this.#connect().catch(() => {});
  }

  /** The first trouble counts: it caused the others, and a log needs it once. */
  #note(error) {
    if (!this.#trouble) this.log("error", error.message);
    this.#trouble ??= error.message;
  }

  /** Waits longer after each crash; a caller cuts the wait short, but not the rest. */
  #pause() {
    if (this.#crashes === 0) return undefined;
    const now = Date.now();
    const isResting = this.#restUntil > now;
    const waitMs = isResting ? this.#restUntil - now : FIRST_PAUSE_MS * 2 ** (this.#crashes - 1);
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, waitMs).unref();
      this.#hurry = () => {
        const soonest = this.#startedAt + CALLERS_WAIT_MS - Date.now();
        if (isResting || soonest >= now + waitMs - Date.now()) return;
        clearTimeout(timer);
        timer = setTimeout(resolve, Math.max(0, soonest)).unref();
      };
    }).finally(() => (this.#hurry = () => {}));
  }
}

/** The promise's outcome, or an error when the time is over first. */
function before(until, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = new Error("token-dashboard is still starting; try again in a moment.");
    timer = setTimeout(() => reject(error), until - Date.now());
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
