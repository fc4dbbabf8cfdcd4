/** Where orders go: nowhere (signals), to an exchange of our own on this machine (paper), to the exchange's demo (demo), or for real (live). */
export function modeOf(settings: { readonly tradingEnabled: boolean; readonly exchangeBaseUrl: string }): string {
  if (!settings.tradingEnabled) return "signals";
  const { hostname } = new URL(settings.exchangeBaseUrl);
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return "paper";
  return /^(demo-|testnet\.)/.test(hostname) ? "demo" : "live";
}
