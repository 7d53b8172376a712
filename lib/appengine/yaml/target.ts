import type { Value } from "./value";

/** The service that a job or a queue is for, and the version where one is named: `beta`, `v1.beta`, `v1-dot-beta`. */
export function target(value: Value): { service?: string; version?: string } {
    const parts = value.text()?.split(/-dot-|[.:]/) ?? [];
    const [service, version] = parts.reverse();
    return { ...(service === undefined ? {} : { service }), ...(version === undefined ? {} : { version }) };
}
