/** A plugin that asks another one. Its method `openclaw-caller.left` answers with what is left on each account. */

async function left({ respond }) {
  const { dispatchGatewayMethod } = await import("openclaw/plugin-sdk/gateway-method-runtime");
  const answer = await dispatchGatewayMethod("token-dashboard.cached", {});
  if (!answer.ok) return respond(false, undefined, answer.error); // not installed, switched off, not allowed
  const left = answer.payload.accounts.flatMap(({ provider, stale, snapshot }) =>
    (snapshot?.balances ?? []).map(({ money }) => ({ provider, ...money, stale })),
  );
  respond(true, { left });
}

export default {
  id: "openclaw-caller",
  name: "Token Dashboard caller",
  description: "An example: asks token-dashboard what is left on each account.",
  register(api) {
    api.registerGatewayMethod("openclaw-caller.left", left, { scope: "operator.read" });
  },
};
