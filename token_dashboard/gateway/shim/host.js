/** What Python may ask of OpenClaw, by the host's supported interfaces alone; only what is listed crosses. */
import { pythonProgram } from "./python.js";

const GATEWAY_METHODS = ["usage.status", "usage.cost", "sessions.usage", "sessions.list"];
const GATEWAY_TIMEOUT_MS = 10_000;
const SETTINGS_THAT_ARE_NO_CHANNEL = ["defaults", "modelByChannel"];

/** `service` is what the host hands a running service: it alone can emit events and report health. */
export function hostOf(api, version, service) {
  const answers = {
    log: ({ level, message }) => log(level, message),
    facts: () => facts(api),
    keys: ({ providers }) => keys(api, providers),
    send: (message) => send(api, message),
    inject: ({ sessionKey, text }) =>
      callGateway("chat.inject", { sessionKey, message: text }, "operator.admin").then(() => ({ status: "sent" })),
    emit: ({ event, payload }) => service?.gatewayEvents?.emit(event, payload, { scope: "operator.read" }),
    gateway: ({ method, params }) => {
      if (!GATEWAY_METHODS.includes(method)) throw new Error(`${method} is not open to token-dashboard`);
      return callGateway(method, params, "operator.read");
    },
  };

  function log(level, message) {
    (api.logger[level] ?? api.logger.info)(`token-dashboard: ${message}`);
  }

  return {
    log,
    health: service?.serviceHealth,
    program: () => pythonProgram(api.pluginConfig?.python),
    introduction: () => {
      const { python, ...config } = api.pluginConfig ?? {};
      const stateDir = service?.stateDir ?? api.runtime.state.resolveStateDir();
      return {
        protocol: 1,
        shimVersion: version,
        hostVersion: api.runtime.version,
        stateDir,
        config,
        facts: facts(api),
      };
    },
    answer: async (method, params) => {
      if (!Object.hasOwn(answers, method)) {
        throw Object.assign(new Error(`${method} is not known`), { code: -32601 });
      }
      return answers[method](params);
    },
  };
}

/** What the host's configuration says of owners, channels and models, without a secret. */
export function facts(api) {
  const config = api.runtime.config.current();
  const channels = Object.entries(config.channels ?? {}).filter(
    ([id, channel]) => isObject(channel) && !SETTINGS_THAT_ARE_NO_CHANNEL.includes(id),
  );
  return {
    owners: config.commands?.ownerAllowFrom ?? [],
    channels: Object.fromEntries(
      channels.map(([id, channel]) => [
        id,
        channel.accounts ? { ...reach(channel), accounts: mapped(channel.accounts, reach) } : reach(channel),
      ]),
    ),
    models: mapped(config.models?.providers, ({ baseUrl }) => ({ baseUrl })),
    webChatSession: `agent:main:${config.session?.mainKey ?? "main"}`,
  };
}

const isObject = (value) => typeof value === "object" && value !== null;

const reach = (channel) => ({ enabled: channel.enabled !== false, allowFrom: channel.allowFrom ?? [] });

function mapped(table, view) {
  const entries = Object.entries(table ?? {}).filter(([, value]) => isObject(value));
  return Object.fromEntries(entries.map(([id, value]) => [id, view(value)]));
}

/** The host's key for each provider, or null. */
async function keys(api, providers) {
  const cfg = api.runtime.config.current();
  const found = providers.map(async (provider) => {
    try {
      const { apiKey, source } = await api.runtime.modelAuth.resolveApiKeyForProvider({ provider, cfg });
      if (apiKey) return [provider, { apiKey, source }];
    } catch {
      // The host has none, or doesn't know the provider: its configuration may still have one.
    }
    const apiKey = cfg.models?.providers?.[provider]?.apiKey;
    const source = `models.providers.${provider}`;
    return [provider, typeof apiKey === "string" && apiKey ? { apiKey, source } : null];
  });
  return Object.fromEntries(await Promise.all(found));
}

/** Sends by the host's durable queue. Once it has taken the message, the message is the queue's to deliver. */
async function send(api, { channel, to, accountId, threadId, text }) {
  const { withDurableMessageSendContext } = await import("openclaw/plugin-sdk/channel-outbound");
  const cfg = api.runtime.config.current();
  const message = { cfg, channel, to, accountId, threadId, payloads: [{ text }] };
  return withDurableMessageSendContext(message, async (delivery) => {
    const result = await delivery.send(await delivery.render());
    const isDone = result.status === "sent" || result.status === "suppressed";
    if (isDone) await delivery.commit(result.receipt);
    else await delivery.fail(result.error);
    if (isDone) return { status: result.status, reason: result.reason };
    if (result.status === "partial_failed") return { status: "sent", reason: String(result.error) };
    return { status: delivery.intent ? "queued" : "failed", reason: result.error?.message ?? String(result.error) };
  });
}

/** Calls the running gateway as a client of it would, from whatever process this is. */
export async function callGateway(method, params, scope) {
  const { callGatewayFromCli } = await import("openclaw/plugin-sdk/gateway-runtime");
  const options = { timeout: String(GATEWAY_TIMEOUT_MS), json: true };
  const how = { progress: false, clientName: "gateway-client", mode: "backend", scopes: [scope], deviceIdentity: null };
  return callGatewayFromCli(method, options, params ?? {}, how);
}
