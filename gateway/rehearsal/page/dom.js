/** Makes an element. `props` are properties; `class`, `role` and names with a hyphen are attributes. Children that are absent are left out. */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue
    if (name === 'class' || name === 'role' || name.includes('-')) element.setAttribute(name, String(value))
    else element[name] = value
  }
  element.append(...children.filter((child) => child !== undefined && child !== ''))
  return element
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id)
}

/** A weekday and a time. */
export function dayTime(atMs) {
  return new Date(atMs).toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })
}

/** A time of day for people. */
export function clockTime(atMs) {
  return new Date(atMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}
