/** Feeds OpenClaw's own usage page with accounts that it doesn't know, each under an id of ours. */

/**
 * Registers usage hooks, and nothing else of a provider. The host asks them where it has the provider's key,
 * and in other processes too: `cached` asks the gateway's Python, so that none is started for a glance.
 */
export function feedUsagePage(api, accounts, cached) {
  for (const { id, name, provider } of accounts) {
    api.registerProvider({
      id,
      label: name,
      auth: [],
      resolveUsageAuth: () => ({ token: "kept by token-dashboard" }),
      fetchUsageSnapshot: async () => {
        const status = await cached();
        const account = status.accounts.find((one) => one.provider === provider);
        return { provider: id, displayName: name, ...figures(account?.snapshot) };
      },
    });
  }
}

function figures(snapshot) {
  if (!snapshot) return { windows: [], error: "not known yet; /tokens says why" };
  return {
    windows: snapshot.windows.map(({ name, usedPercent, resetsAt }) => ({
      label: name,
      usedPercent,
      ...(resetsAt && { resetAt: Date.parse(resetsAt) }),
    })),
    billing: snapshot.balances.map(({ money, scope }) => ({
      type: "balance",
      label: scope,
      amount: Number(money.amount),
      unit: money.currency,
    })),
  };
}
