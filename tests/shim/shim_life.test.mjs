/** When Python is started, and again, and ended. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { afterEach, test } from "node:test";

import { FAR_END, SLOT, eventually, isAlive, load, newLog, pidsIn } from "./fake_host.mjs";

afterEach(() => globalThis[SLOT]?.stop());

test("two registrations in two module instances share one child", async () => {
  const one = await load({}, { instance: "a" });
  const two = await load({}, { instance: "b", log: one.log });
  one.start();
  const [first, second] = await Promise.all([one.rpc({ do: "pid" }), two.rpc({ do: "pid" })]);
  assert.equal(first.pid, second.pid);
  assert.deepEqual(one.pids(), [first.pid]);
});

test("calls wait for a slow start", async () => {
  const host = await load({ slow: 0.7 });
  host.start();
  const answers = await Promise.all([host.rpc({ do: "pid" }), host.rpc({ do: "pid" })]);
  assert.equal(answers[0].pid, answers[1].pid);
});

test("a call that a crash cut off is asked once more", async () => {
  const host = await load();
  host.start();
  await host.rpc({ do: "pid" });
  assert.equal(await host.rpc({ do: "die" }), "answered after a crash");
  assert.equal(host.pids().length, 2);
  const said = host.seen.logs.map(([level]) => level);
  assert.deepEqual(said, ["error", "info"]);
});

test("a call that crashes Python twice is refused, and says how", async () => {
  const host = await load();
  await assert.rejects(host.rpc({ do: "die", always: true }), { code: "UNAVAILABLE", message: /ended \(exit code 3\)/ });
  const { text, isError } = await host.seen.commands.tokens.handler({ args: "die", channel: "x" });
  assert.match(text, /ended \(exit code 1\)/);
  assert.equal(isError, true);
});

test("a child that is killed is replaced without being asked", async () => {
  const host = await load();
  host.start();
  const { pid } = await host.rpc({ do: "pid" });
  process.kill(pid, "SIGKILL");
  await eventually(() => host.pids().length === 2);
  const { pid: next } = await host.rpc({ do: "pid" });
  assert.notEqual(next, pid);
});

test("a crash loop backs off, rests, reports, and is told in chat", async () => {
  const host = await load({ crash: true });
  host.start();
  const started = Date.now();
  await eventually(() => host.seen.health.length > 0, 12_000);
  assert.ok(Date.now() - started > 7000, "0.5 + 1 + 2 + 4 s lie between five starts");
  assert.equal(host.pids().length, 5);
  assert.match(host.seen.health[0], /ended \(exit code 7\)/);
  const asked = Date.now();
  const { text } = await host.seen.commands.tokens.handler({ channel: "x" });
  assert.match(text, /ended \(exit code 7\)\. It is started again in \d+ s\./);
  assert.ok(Date.now() - asked < 200);
  assert.equal(host.seen.logs.length, 1, "one cause is logged once");
});

test("versions that don't fit are told in one sentence", async () => {
  const host = await load({ refuse: "Upgrade it: tokens openclaw install" });
  const { text } = await host.seen.commands.tokens.handler({ channel: "x" });
  assert.equal(text, "Upgrade it: tokens openclaw install");
  assert.deepEqual(host.seen.logs, [["error", "token-dashboard: Upgrade it: tokens openclaw install"]]);
});

test("a Python that isn't there is told in one sentence, with what to do", async () => {
  const host = await load({ python: "/nowhere/python" });
  const { text } = await host.seen.commands.tokens.handler({ channel: "x" });
  assert.match(text, /could not be started: spawn \/nowhere\/python ENOENT/);
  const nothing = await load({ python: undefined }, { instance: "c" });
  globalThis[SLOT]?.stop();
  const { PATH } = process.env;
  process.env.PATH = "relative:/nowhere";
  try {
    const missing = await nothing.seen.commands.tokens.handler({ channel: "x" });
    assert.match(missing.text, /was not found\. Install token-dashboard .* then run: tokens openclaw install/);
  } finally {
    process.env.PATH = PATH;
  }
});

test("Python is found by the environment's word when the configuration has none", async () => {
  process.env.TOKEN_DASHBOARD_PYTHON = FAR_END;
  try {
    const host = await load({ python: undefined });
    assert.ok((await host.rpc({ do: "pid" })).pid > 0);
  } finally {
    delete process.env.TOKEN_DASHBOARD_PYTHON;
  }
});

test("stopping ends the child at once", async () => {
  const host = await load();
  host.start();
  const { pid } = await host.rpc({ do: "pid" });
  const began = Date.now();
  await host.stop();
  assert.ok(Date.now() - began < 1000);
  assert.equal(isAlive(pid), false);
  host.transcript({ message: { role: "assistant", usage: {} } });
  assert.equal(globalThis[SLOT], undefined, "nobody listens to transcripts any more");
});

test("stopping ends a child that hears nothing, in under four seconds", async () => {
  const host = await load({ deaf: true });
  host.start();
  const { pid } = await host.rpc({ do: "pid" });
  const began = Date.now();
  await host.stop();
  assert.ok(Date.now() - began < 4000);
  await eventually(() => !isAlive(pid), 500);
});

test("stopping cuts off a start that is under way", async () => {
  const host = await load({ slow: 30 });
  host.start();
  await eventually(() => host.pids().length === 1);
  const call = host.rpc({ do: "pid" });
  await Promise.all([assert.rejects(call, { code: "UNAVAILABLE" }), host.stop()]);
  assert.equal(isAlive(host.pids()[0]), false);
});

test("a service that starts again after a stop gets a new child", async () => {
  const host = await load();
  host.start();
  const { pid } = await host.rpc({ do: "pid" });
  await host.stop();
  host.start();
  assert.notEqual((await host.rpc({ do: "pid" })).pid, pid);
});

test("a host that is killed leaves no orphan, and one that is done is not kept up", async () => {
  const log = newLog();
  const script = (then) => `
    const { load } = await import(${JSON.stringify(import.meta.resolve("./fake_host.mjs"))});
    const host = await load({}, { log: ${JSON.stringify(log)} });
    host.start();
    await host.rpc({ do: "pid" });
    ${then}`;
  const killed = spawn(process.execPath, ["--input-type=module", "-e", script("setInterval(() => {}, 1000);")]);
  await eventually(() => pidsIn(log).length === 1);
  killed.kill("SIGKILL");
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", script("")], { timeout: 10_000 });
  assert.equal(done.status, 0, done.stderr.toString());
  assert.equal(pidsIn(log).length, 2);
  for (const pid of pidsIn(log)) await eventually(() => !isAlive(pid));
});
