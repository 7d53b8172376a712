import { gkeLimits } from "../facts/limits/gke";
import * as check from "../internal/arguments/check";

const registry = check.matching(
    /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
    "must be the host of a registry, such as docker.io or 10.0.1.2:5000",
);

const mirror = check.matching(
    /^(https?:\/\/)?[A-Za-z0-9.-]+(:\d{1,5})?(\/\S*)?$/,
    "must be a host or a URL such as https://mirror.acme.com",
);

/** Checks the mirrors of registries. */
export const registryMirrors = check.record(
    registry,
    check.pipe(
        check.list(mirror),
        check.refine<readonly string[]>((all) => all.length > 0, "must have a mirror"),
        check.atMost(gkeLimits.rows.registryMirrors),
    ),
);

/** The mirrors in the form of the provider. */
export function containerdConfig(mirrors: Record<string, string[]>) {
    return {
        registryHosts: Object.entries(mirrors).map(([server, hosts]) => {
            return { server, hosts: hosts.map((host) => ({ host })) };
        }),
    };
}
