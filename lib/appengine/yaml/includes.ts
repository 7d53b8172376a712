import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { PlacedHandler } from "./handlers";
import { Source } from "./source";
import { standard } from "./standard";
import type { Keys, Value } from "./value";

/** What a file says of a service that others may add to. */
export interface Additions {
    handlers?: PlacedHandler[];
    environment?: Record<string, string>;
    scaling?: { manual?: { instances: number } };
}

/** What a file may have that another one includes. */
const included: Keys = {
    carried: only(
        standard.carried,
        "handlers",
        "env_variables",
        "beta_settings",
        "vm_settings",
        "manual_scaling",
        "includes",
    ),
    left: ["admin_console"],
    lost: {
        ...only(standard.lost, "build_env_variables", "skip_files", "builtins"),
        vm: "is for the whole service. Write env: flex into its own file.",
    },
};

function only<Item>(all: Record<string, Item>, ...keys: string[]): Record<string, Item> {
    return Object.fromEntries(keys.map((key) => [key, all[key] as Item]));
}

/** What a file includes, and what that includes, in the order in which App Engine takes it. */
function additions(root: Value, file: string, met: Set<string>): Additions[] {
    const [, names] = root.entries().find(([key]) => key === "includes") ?? [];
    return (names?.list() ?? []).flatMap((item) => {
        const source = opened(item, dirname(file), met);
        return source?.root ? [source.root.read<Additions>(included), ...additions(source.root, source.file, met)] : [];
    });
}

function opened(item: Value, folder: string, met: Set<string>): Source | undefined {
    const path = join(folder, item.text() ?? "");
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "include.yaml") : path;
    if (met.has(file)) {
        return undefined;
    }
    met.add(file);
    return existsSync(file)
        ? new Source(file, item.findings)
        : item.wrong(`is no file: ${resolve(file)} does not exist`);
}

/** A service with what its file includes: variables of the included file count, and its handlers come first. */
export function withIncludes(args: Additions, root: Value, file: string): Additions {
    return additions(root, file, new Set([file])).reduce(merged, args);
}

function merged(args: Additions, { handlers = [], environment, scaling }: Additions): Additions {
    const first = handlers.filter(({ isLast }) => !isLast);
    const last = handlers.filter(({ isLast }) => isLast);
    const all = [...first, ...(args.handlers ?? []), ...last];
    const instances = [args.scaling, scaling].map((one) => one?.manual?.instances ?? 0);
    return {
        ...args,
        ...(all.length > 0 ? { handlers: all } : {}),
        ...(environment ? { environment: { ...args.environment, ...environment } } : {}),
        ...(scaling?.manual ? { scaling: { manual: { instances: Math.max(...instances) } } } : {}),
    };
}
