/** token-dashboard in OpenClaw: hands what the host asks to Python. Names and scopes are in surface.json. */
import { readFileSync } from "node:fs";

import { callGateway, facts, hostOf } from "./host.js";
import { hub, stopHub } from "./hub.js";
import { forMenus } from "./menu.js";
import { addTokens } from "./terminal.js";
import { tellUsage } from "./usage.js";
import { feedUsagePage } from "./usage_page.js";

const surface = JSON.parse(readFileSync(new URL("./surface.json", import.meta.url), "utf8"));
const COMMAND_MS = 10_000;
const CALL_MS = 15_000;

export default { id: surface.id, name: surface.name, description: surface.description, register };

function register(api) {
  const ask = (method, params, limitMs = CALL_MS) =>
    hub().call(hostOf(api, surface.version), method, params, limitMs);

  for (const { name, description, descriptionLocalizations: byLocale } of surface.commands) {
    const descriptionLocalizations = forMenus(byLocale, api.config?.channels);
    const handler = async (ctx) => {
      try {
        return await ask("command", { name, ...(await asked(api, ctx)) }, COMMAND_MS);
      } catch (error) {
        return { text: error.message, isError: true };
      }
    };
    api.registerCommand({ name, description, descriptionLocalizations, acceptsArgs: true, handler });
  }

  for (const { name, scope } of surface.gatewayMethods) {
    const handler = async ({ params, client, respond }) => {
      try {
        respond(true, await ask("rpc", { method: name, params: params ?? {}, scopes: client?.connect?.scopes ?? [] }));
      } catch ({ message, data }) {
        respond(false, undefined, data ?? { code: "UNAVAILABLE", message, retryable: true });
      }
    };
    api.registerGatewayMethod(name, handler, { scope });
  }

  for (const { name, description, inputSchema } of surface.tools) {
    const execute = async (_callId, given) => {
      const details = await ask("tool", { name, arguments: given ?? {} });
      return { content: [{ type: "text", text: JSON.stringify(details) }], details };
    };
    api.registerTool({ name, label: surface.name, description, parameters: inputSchema, execute });
  }

  api.registerCli(({ program }) => addTokens(program, api, surface.cli), {
    descriptors: [{ ...surface.cli, machineOutput: () => true }],
  });

  const { path, ...tab } = surface.tab;
  api.registerHttpRoute({ path, auth: "gateway", match: "prefix", handler: (req, res) => page(ask, path, req, res) });
  api.session?.controls?.registerControlUiDescriptor({ surface: "tab", ...tab, path: `${path}/panel` });

  feedUsagePage(api, surface.usageProviders, () => callGateway(`${surface.id}.cached`, {}, "operator.read"));

  for (const { id } of surface.services) {
    let leave = () => {};
    api.registerService({
      id,
      start(ctx) {
        hub().start(hostOf(api, surface.version, ctx));
        leave = api.runtime.events.onSessionTranscriptUpdate(tellUsage);
      },
      async stop() {
        leave();
        await stopHub();
      },
    });
  }
}

/** Who asks what, and where: nothing else of the host's context leaves it. */
async function asked(api, ctx) {
  return {
    args: ctx.args ?? "",
    senderId: ctx.senderId,
    senderIsOwner: await isOwner(api, ctx),
    isAuthorized: ctx.isAuthorizedSender,
    channel: ctx.channel,
    accountId: ctx.accountId,
    from: ctx.from,
    to: ctx.to,
    threadId: ctx.messageThreadId,
    sessionKey: ctx.sessionKey,
    scopes: ctx.gatewayClientScopes,
    facts: facts(api),
  };
}

/** Asked of the host at this moment: it tells plugins who the owner is only in commands for owners alone. */
async function isOwner(api, ctx) {
  const { channel, senderId, accountId, gatewayClientScopes, isAuthorizedSender } = ctx;
  if (gatewayClientScopes) return gatewayClientScopes.includes("operator.admin");
  if (!senderId) return null;
  try {
    const { resolveCommandAuthorization } = await import("openclaw/plugin-sdk/command-auth-native");
    return resolveCommandAuthorization({
      cfg: api.runtime.config.current(),
      commandAuthorized: isAuthorizedSender,
      ctx: { Provider: channel, Surface: channel, SenderId: senderId, AccountId: accountId },
    }).senderIsOwner;
  } catch {
    return null;
  }
}

async function page(ask, prefix, req, res) {
  if (req.method !== "GET" && req.method !== "HEAD") {
    res.writeHead(405, { allow: "GET, HEAD" }).end();
    return true;
  }
  const { pathname, search } = new URL(req.url, "http://localhost");
  const asked = { method: req.method, path: pathname.slice(prefix.length) || "/", query: search.slice(1) };
  try {
    const { status, headers, body } = await ask("page", asked);
    res.writeHead(status, headers).end(req.method === "HEAD" ? undefined : body);
  } catch (error) {
    res.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "5" }).end(`${error.message}\n`);
  }
  return true;
}
