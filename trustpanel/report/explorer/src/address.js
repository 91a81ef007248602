// The part of the address after # names the view: everything needed to show it again, in words and numbers.
export function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const view = ["pair", "table", "years", "about"].includes(given.get("view")) ? given.get("view") : "pair";
  const state = { view };
  for (const [name, value] of given) if (name !== "view" && value) state[name] = value;
  return state;
}

export function addressOf(state) {
  const { view, ...rest } = state;
  const given = new URLSearchParams({ view });
  for (const [name, value] of Object.entries(rest)) if (value != null && value !== "") given.set(name, value);
  return `#${given.toString().replaceAll("%2C", ",")}`;
}

// A new view goes into the history; a change of the same view takes its place.
export function go(state, { replace = false } = {}) {
  const address = addressOf(state);
  if (address === location.hash) return;
  if (replace) history.replaceState(null, "", address);
  else location.hash = address;
}
