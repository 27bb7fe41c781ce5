/** Live usage: the numbers and names of each answer of a model, as the host's transcript gets it. */
import { hub } from "./hub.js";

const TOKENS = ["input", "output", "cacheRead", "cacheWrite", "cacheWrite1h", "totalTokens"];
const COSTS = ["input", "output", "cacheRead", "cacheWrite", "total"];
const BILLED = "provider-billed";

/** A listener for the host's transcript updates. Their content stays where it is. */
export function tellUsage(update) {
  const { message } = update;
  if (message?.role !== "assistant" || !message.usage) return;
  const { provider, model, api, timestamp, stopReason, responseId } = message;
  const { agentId, sessionId, sessionKey } = { ...update.target, ...defined(update) };
  hub().notify("usage", {
    agentId,
    sessionId,
    sessionKey,
    messageId: update.messageId,
    responseId,
    provider,
    model,
    api,
    timestamp,
    stopReason,
    usage: { ...numbers(message.usage, TOKENS), cost: costs(message.usage.cost) },
  });
}

const defined = (table) => Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));

/** Amounts, and whether the provider itself billed them. */
function costs(cost) {
  const amounts = numbers(cost, COSTS);
  return cost?.totalOrigin === BILLED ? { ...amounts, totalOrigin: BILLED } : amounts;
}

function numbers(table, names) {
  if (!table) return undefined;
  return Object.fromEntries(names.filter((name) => Number.isFinite(table[name])).map((name) => [name, table[name]]));
}
