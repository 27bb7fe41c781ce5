/** A host that only remembers what the plugin registers, and what it is told. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const FAR_END = path.join(here, "far_end.py");
export const SHIM = path.resolve(here, "../../token_dashboard/gateway/shim");
export const SLOT = Symbol.for("token-dashboard.hub");

export const HOST_CONFIG = {
  commands: { ownerAllowFrom: ["telegram:42"] },
  channels: {
    defaults: { groupPolicy: "open" },
    telegram: { botToken: "secret-bot", allowFrom: [42], accounts: { work: { botToken: "secret-work", enabled: false } } },
  },
  models: { providers: { moonshot: { baseUrl: "https://vendor.example/v1", apiKey: "sk-literal" }, other: {} } },
  gateway: { auth: { token: "secret-gateway" } },
};

/** Loads the shim, as often as asked in a module instance of its own, and registers it. */
export async function load(mode = {}, { instance = "1", log = mode.log ?? newLog() } = {}) {
  const { default: plugin } = await import(`file://${SHIM}/index.js?${instance}`);
  const seen = { commands: {}, methods: {}, tools: {}, routes: [], tabs: [], services: [], cli: [], logs: [], health: [], events: [] };
  let listener;
  const logger = Object.fromEntries(
    ["info", "warn", "error"].map((level) => [level, (text) => seen.logs.push([level, text])]),
  );
  const api = {
    pluginConfig: { python: FAR_END, ...mode, log },
    logger,
    runtime: {
      version: "2026.9.6",
      config: { current: () => HOST_CONFIG },
      state: { resolveStateDir: () => "/state" },
      events: {
        onSessionTranscriptUpdate: (hear) => {
          listener = hear;
          return () => (listener = undefined);
        },
      },
      modelAuth: {
        resolveApiKeyForProvider: async ({ provider }) => {
          if (provider === "openai") return { apiKey: "sk-profile", source: "profile:x", mode: "api-key" };
          throw new Error("no key");
        },
      },
    },
    session: { controls: { registerControlUiDescriptor: (tab) => seen.tabs.push(tab) } },
    registerCommand: (command) => (seen.commands[command.name] = command),
    registerGatewayMethod: (name, handler, options) => (seen.methods[name] = { handler, ...options }),
    registerTool: (tool) => (seen.tools[tool.name] = tool),
    registerHttpRoute: (route) => seen.routes.push(route),
    registerCli: (registrar, options) => seen.cli.push({ registrar, ...options }),
    registerService: (service) => seen.services.push(service),
    registerProvider: (provider) => (seen.providers ??= []).push(provider),
    config: HOST_CONFIG,
  };
  plugin.register(api);
  const ctx = {
    stateDir: "/state",
    serviceHealth: {
      reportFailure: (error) => seen.health.push(error.message),
      clearFailure: () => seen.health.push("clear"),
    },
    gatewayEvents: { emit: (...event) => seen.events.push(event) },
  };
  return {
    seen,
    log,
    api,
    start: () => seen.services[0].start(ctx),
    stop: () => seen.services[0].stop(ctx),
    transcript: (update) => listener?.(update),
    /** Calls a gateway method as a client would: resolves to the payload, rejects with the error's shape. */
    rpc: (params, name = "token-dashboard.status") =>
      new Promise((resolve, reject) => {
        const respond = (ok, payload, error) => (ok ? resolve(payload) : reject(error));
        const client = { connect: { scopes: ["operator.read"] }, socket: { secret: true } };
        seen.methods[name].handler({ params, client, respond });
      }),
    pids: () => pidsIn(log),
  };
}

export const newLog = () => path.join(mkdtempSync(path.join(tmpdir(), "shim-")), "pids");

/** The far ends that were started, in their order. */
export function pidsIn(log) {
  try {
    return readFileSync(log, "utf8").trim().split("\n").map(Number);
  } catch {
    return [];
  }
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function eventually(condition, limitMs = 5000) {
  for (const until = Date.now() + limitMs; !(await condition()); ) {
    if (Date.now() > until) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
