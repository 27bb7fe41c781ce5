/** What the host calls and what Python hears of it, and the other way round. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { SHIM, SLOT, load } from "./fake_host.mjs";

const { forMenus } = await import(`file://${SHIM}/menu.js`);
const surface = JSON.parse(readFileSync(`${SHIM}/surface.json`, "utf8"));

afterEach(() => globalThis[SLOT]?.stop());

test("registers every name of the surface, and starts nothing", async () => {
  const { seen } = await load();
  assert.deepEqual(Object.keys(seen.commands), surface.commands.map(({ name }) => name));
  assert.deepEqual(
    Object.entries(seen.methods).map(([name, { scope }]) => ({ name, scope })),
    surface.gatewayMethods,
  );
  assert.deepEqual(Object.keys(seen.tools), ["token_usage"]);
  assert.deepEqual(seen.tools.token_usage.parameters, surface.tools[0].inputSchema);
  assert.deepEqual(seen.services.map(({ id }) => id), ["token-dashboard-poller"]);
  assert.deepEqual(seen.cli[0].descriptors.map(({ name }) => name), ["tokens"]);
  assert.equal(seen.tabs[0].path, "/plugins/token-dashboard/panel");
  assert.deepEqual(seen.tabs[0].requiredScopes, ["operator.read"]);
  assert.equal(globalThis[SLOT], undefined);
});

test("commands are for authorised senders and take arguments", async () => {
  const { seen } = await load();
  for (const command of Object.values(seen.commands)) {
    assert.equal(command.acceptsArgs, true);
    assert.equal(command.requireAuth, undefined);
    assert.ok(command.descriptionLocalizations.de);
  }
});

test("menus are in the languages that Telegram knows, unless Discord would refuse them", async () => {
  const { seen } = await load();
  const words = seen.commands.tokens.descriptionLocalizations;
  assert.deepEqual(Object.keys(words).sort(), ["de", "zh", "zh-CN"]);
  assert.equal(words.zh, words["zh-CN"]);
  const named = surface.commands[0].descriptionLocalizations;
  assert.deepEqual(forMenus(named, { telegram: {}, discord: {} }), named);
});

test("introduces itself with the configuration and without its own setting", async () => {
  const host = await load({ notify: { enabled: true } });
  const { introduced } = await host.rpc({ do: "pid" });
  const { protocol, shimVersion, hostVersion, stateDir, config } = introduced;
  assert.deepEqual([protocol, shimVersion, hostVersion, stateDir], [1, surface.version, "2026.9.6", "/state"]);
  assert.deepEqual(config, { notify: { enabled: true }, log: host.log });
});

test("tells facts of the host's configuration, and no secret of it", async () => {
  const host = await load();
  const { introduced } = await host.rpc({ do: "pid" });
  assert.deepEqual(introduced.facts, {
    owners: ["telegram:42"],
    channels: {
      telegram: { enabled: true, allowFrom: [42], accounts: { work: { enabled: false, allowFrom: [] } } },
    },
    models: { moonshot: { baseUrl: "https://vendor.example/v1" }, other: {} },
    webChatSession: "agent:main:main",
  });
});

test("a command hands over who asks and where, and nothing else of its context", async () => {
  const { seen } = await load();
  const ctx = {
    args: "openrouter",
    senderId: "42",
    isAuthorizedSender: true,
    channel: "webchat",
    accountId: "a",
    from: "f",
    to: "t",
    messageThreadId: 7,
    sessionKey: "agent:main:main",
    gatewayClientScopes: ["operator.admin"],
    config: { secret: true },
    commandBody: "/tokens openrouter",
    runtimeContext: {},
  };
  const { facts, ...told } = await seen.commands.tokens.handler(ctx);
  assert.deepEqual(told, {
    asked: "command",
    name: "tokens",
    args: "openrouter",
    senderId: "42",
    senderIsOwner: true,
    isAuthorized: true,
    channel: "webchat",
    accountId: "a",
    from: "f",
    to: "t",
    threadId: 7,
    sessionKey: "agent:main:main",
    scopes: ["operator.admin"],
  });
  assert.deepEqual(facts.owners, ["telegram:42"]);
});

test("web chat without the right of an admin is no owner; where the host can't say, nobody knows", async () => {
  const { seen } = await load();
  const web = await seen.commands.burn.handler({ channel: "webchat", gatewayClientScopes: ["operator.write"] });
  assert.equal(web.senderIsOwner, false);
  const chat = await seen.commands.burn.handler({ channel: "telegram", senderId: "42" });
  assert.equal(chat.senderIsOwner, null);
});

test("a gateway method answers with Python's payload and the caller's scopes alone", async () => {
  const host = await load();
  assert.deepEqual(await host.rpc({ provider: "x" }, "token-dashboard.cached"), {
    method: "token-dashboard.cached",
    params: { provider: "x" },
    scopes: ["operator.read"],
  });
});

test("a gateway method refuses in the gateway's shape", async () => {
  const host = await load();
  await assert.rejects(host.rpc({ do: "fail" }), { code: "FORBIDDEN", message: "no" });
});

test("the tool answers with text and details", async () => {
  const { seen } = await load();
  const { content, details } = await seen.tools.token_usage.execute("call-1", { provider: "x" });
  assert.deepEqual(details, { asked: "tool", name: "token_usage", arguments: { provider: "x" } });
  assert.deepEqual(JSON.parse(content[0].text), details);
});

test("the route serves GET and HEAD, with the path below it and the query", async () => {
  const { seen } = await load();
  const [{ path, auth, match, handler }] = seen.routes;
  assert.deepEqual([path, auth, match], ["/plugins/token-dashboard", "gateway", "prefix"]);
  const ask = async (method, url = `${path}/panel?range=7d`) => {
    const said = {};
    const res = {
      writeHead: (status, headers) => (Object.assign(said, { status, headers }), res),
      end: (body) => void (said.body = body),
    };
    assert.equal(await handler({ method, url }, res), true);
    return said;
  };
  const got = await ask("GET");
  assert.deepEqual(JSON.parse(got.headers["x-asked"]), { method: "GET", path: "/panel", query: "range=7d" });
  assert.deepEqual([got.status, got.body], [200, "<p>"]);
  const headed = await ask("HEAD", path);
  assert.deepEqual(JSON.parse(headed.headers["x-asked"]), { method: "HEAD", path: "/", query: "" });
  assert.deepEqual([headed.status, headed.body], [200, undefined]);
  const posted = await ask("POST");
  assert.deepEqual([posted.status, posted.headers], [405, { allow: "GET, HEAD" }]);
});

test("usage goes out as numbers and names, without content", async () => {
  const host = await load();
  host.start();
  await host.rpc({ do: "pid" });
  const cost = { total: 0.5, totalOrigin: "provider-billed" };
  const counts = { input: 10, output: 2, cacheRead: 5, cacheWrite: 3, cacheWrite1h: 3, totalTokens: 20 };
  const message = {
    role: "assistant",
    content: [{ type: "text", text: "a private word" }],
    provider: "openai",
    model: "gpt",
    api: "responses",
    timestamp: 1,
    stopReason: "stop",
    responseId: "r",
    usage: { ...counts, raw: "a private word", cost: { ...cost, note: "a private word" } },
  };
  const update = { target: { agentId: "main", sessionId: "s" }, sessionKey: "k", messageId: "m", message };
  host.transcript(update);
  host.transcript({ ...update, message: { role: "user", content: "a private word" } });
  const told = await host.rpc({ do: "told" });
  const { role, content, ...named } = message;
  const usage = { ...counts, cost };
  assert.deepEqual(told, [{ agentId: "main", sessionId: "s", sessionKey: "k", messageId: "m", ...named, usage }]);
});

test("answers Python's questions: facts and keys", async () => {
  const host = await load();
  const asked = await host.rpc({ do: "ask", method: "keys", params: { providers: ["openai", "moonshot", "other"] } });
  assert.deepEqual(asked.result, {
    openai: { apiKey: "sk-profile", source: "profile:x" },
    moonshot: { apiKey: "sk-literal", source: "models.providers.moonshot" },
    other: null,
  });
  const facts = await host.rpc({ do: "ask", method: "facts" });
  assert.deepEqual(facts.result.owners, ["telegram:42"]);
});

test("emits events and logs for Python", async () => {
  const host = await load();
  host.start();
  await host.rpc({ do: "ask", method: "emit", params: { event: "alert", payload: { a: 1 } } });
  assert.deepEqual(host.seen.events, [["alert", { a: 1 }, { scope: "operator.read" }]]);
  await host.rpc({ do: "log", entry: { level: "warn", message: "slow disk" } });
  assert.deepEqual(host.seen.logs, [["warn", "token-dashboard: slow disk"]]);
});

test("refuses what Python may not ask", async () => {
  const host = await load();
  const unknown = await host.rpc({ do: "ask", method: "exec", params: {} });
  assert.equal(unknown.error.code, -32601);
  const closed = await host.rpc({ do: "ask", method: "gateway", params: { method: "config.get", params: {} } });
  assert.match(closed.error.message, /config\.get is not open/);
});

test("takes an answer of 5 MB", async () => {
  const host = await load();
  const { text } = await host.rpc({ do: "big", size: 2_500_000 });
  assert.equal(Buffer.byteLength(text), 5_000_000);
});

test("survives lines that are no answers, and lines over the limit", async () => {
  const host = await load();
  assert.equal(await host.rpc({ do: "junk" }), "survived");
  assert.equal(await host.rpc({ do: "junk" }), "survived");
  assert.equal(host.seen.logs.filter(([level]) => level === "warn").length, 1);
});

test("keeps what Python doesn't read yet in order, and loses none of it", async () => {
  const host = await load();
  await host.rpc({ do: "pid" });
  const padding = "x".repeat(300_000);
  const calls = [host.rpc({ do: "sleep", seconds: 0.5 })];
  for (let n = 0; n < 10; n += 1) calls.push(host.rpc({ do: "sleep", seconds: 0, padding }));
  assert.deepEqual(await Promise.all(calls), [0, ...Array(10).fill(padding.length)]);
});

test("a notification that a busy Python can't take is dropped, not hoarded", async () => {
  const host = await load();
  host.start();
  await host.rpc({ do: "pid" });
  const busy = host.rpc({ do: "sleep", seconds: 0.5 });
  const update = (messageId) => ({ messageId, message: { role: "assistant", usage: {}, model: "m".repeat(1000) } });
  for (let n = 0; n < 5000; n += 1) host.transcript(update(String(n)));
  await busy;
  const told = await host.rpc({ do: "told" });
  assert.ok(told.length >= 1000 && told.length < 5000, `${told.length}`);
});

test("the host's usage page gets accounts that it doesn't know, under ids of ours", async () => {
  const { seen } = await load();
  const moonshot = seen.providers.find(({ id }) => id === "moonshot-account");
  assert.deepEqual([moonshot.label, moonshot.auth], ["Moonshot", []]);
  assert.deepEqual(
    seen.providers.map(({ id }) => id),
    JSON.parse(readFileSync(`${SHIM}/openclaw.plugin.json`, "utf8")).contracts.usageProviders,
  );
  assert.equal(globalThis[SLOT], undefined);
});

test("an account is shown with its balances and windows, and one that isn't known with a reason", async () => {
  const { feedUsagePage } = await import(`file://${SHIM}/usage_page.js`);
  const registered = [];
  const host = { registerProvider: (provider) => registered.push(provider) };
  const money = { amount: "49.58", currency: "CNY" };
  const snapshot = {
    balances: [{ money, scope: "account" }],
    windows: [
      { name: "5h", usedPercent: 42.5, resetsAt: "2026-11-23T00:00:00Z" },
      { name: "7d", usedPercent: 1, resetsAt: null },
    ],
  };
  const accounts = [
    { id: "a-account", name: "A", provider: "a" },
    { id: "b-account", name: "B", provider: "b" },
  ];
  feedUsagePage(host, accounts, async () => ({ accounts: [{ provider: "a", snapshot }, { provider: "b", snapshot: null }] }));
  const [a, b] = registered;
  assert.deepEqual(await a.fetchUsageSnapshot({}), {
    provider: "a-account",
    displayName: "A",
    windows: [
      { label: "5h", usedPercent: 42.5, resetAt: Date.UTC(2026, 10, 23) },
      { label: "7d", usedPercent: 1 },
    ],
    billing: [{ type: "balance", label: "account", amount: 49.58, unit: "CNY" }],
  });
  const { error, windows } = await b.fetchUsageSnapshot({});
  assert.deepEqual([windows, /not known yet/.test(error)], [[], true]);
});

test("openclaw tokens runs Python's command line in the same terminal", async () => {
  const script = `
    const { load } = await import(${JSON.stringify(import.meta.resolve("./fake_host.mjs"))});
    const host = await load();
    let act;
    const chain = new Proxy({}, { get: (_, name) => (given) => (name === "action" && (act = given), chain) });
    host.seen.cli[0].registrar({ program: chain });
    await act(["status", "--json", "-h"]);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  assert.equal(status, 3);
  assert.deepEqual(JSON.parse(stdout).words.slice(-5), ["--host-config", "3", "status", "--json", "-h"]);
  assert.equal(stderr.toString(), "progress\n");
});
