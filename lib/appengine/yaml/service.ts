import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as check from "../../internal/arguments/check";
import type { LivenessCheck, PhpSettings, ReadinessCheck } from "../flexible";
import type { AppEngineServiceArgs } from "../service/serviceArgs";
import { flexible } from "./flexible";
import type { PlacedHandler } from "./handlers";
import { text } from "./readers";
import { Source } from "./source";
import { standard } from "./standard";
import type { Keys, Value } from "./value";

/** The name and the arguments of a service. */
export interface NamedService {
    name: string;
    /** The position of the name in the file, or the file. */
    place: string;
    service: AppEngineServiceArgs;
}

type Entries = Map<string, Value>;

/** Whether a service is flexible; older files have `vm: true`. */
function isFlexible(entries: Entries): boolean {
    const env = entries.get("env");
    const raw = env && text(env);
    if (env && raw !== undefined && !["1", "2", "standard", "flex", "flexible"].includes(raw)) {
        const reason = `must be standard or flex (got ${env.shown}).`;
        env.reject(check.problem(env.path, "appengine/yaml-env-unknown", reason));
    }
    return raw === undefined ? entries.get("vm")?.flag() === true : /^(2|flex)/.test(raw);
}

/** Checks that there is only one scaling type. */
function checkScaling(entries: Entries): void {
    const [first, second] = [...entries.keys()].filter((key) => /^(automatic|basic|manual)_scaling$/.test(key));
    if (second !== undefined) {
        const value = entries.get(second);
        const reason = `cannot be combined with ${first}. Remove one of them.`;
        value?.reject(check.problem(value.path, "appengine/yaml-several-scalings", reason));
    }
}

/** Removes the positions of handlers, which are only used to merge files. */
function withoutPositions({ handlers, ...args }: Additions) {
    return { ...args, ...(handlers ? { handlers: handlers.map(({ handler }) => handler) } : {}) };
}

interface FlexibleDraft extends Additions {
    runtime?: string;
    runtimeConfig?: PhpSettings & { version?: string; operatingSystem?: string };
    readiness?: ReadinessCheck;
    liveness?: LivenessCheck;
}

const defined = (settings: object) =>
    Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** Combines the language with its version and PHP's settings, and the health checks. */
function combined({ runtime: name, runtimeConfig = {}, readiness, liveness, ...args }: FlexibleDraft): Additions {
    const { version, operatingSystem, ...php } = runtimeConfig;
    const runtime = defined({
        name,
        version,
        operatingSystem,
        php: Object.keys(php).length > 0 ? php : undefined,
    });
    const health = defined({ readiness, liveness });
    return {
        ...args,
        ...(name === undefined ? {} : { runtime }),
        ...(Object.keys(health).length > 0 ? { health } : {}),
    };
}

/** Converts a file to a service whose source is the file's folder. */
export function serviceIn(source: Source): NamedService | undefined {
    const { root, findings, file } = source;
    if (source.isEmpty) {
        const reason = "is empty. Add at least a runtime, such as runtime: python313.";
        findings.problems.push(check.problem(findings.nameOf(file), "appengine/yaml-empty", reason));
    }
    if (!root) {
        return undefined;
    }
    const entries = new Map(root.entries());
    const named = entries.get("service") ?? entries.get("module");
    checkScaling(entries);
    const isFlex = isFlexible(entries);
    const own = isFlex ? combined(root.read<FlexibleDraft>(flexible)) : root.read<Additions>(standard);
    const settings = withoutPositions(withIncludes(own, root, file));
    const service = { ...(isFlex && { flexible: true }), source: dirname(file), ...settings };
    return {
        name: (named && text(named)) ?? "default",
        place: (named ?? root).place,
        service: service as AppEngineServiceArgs,
    };
}

/** The parts of a service that included files can extend. */
interface Additions {
    handlers?: PlacedHandler[];
    env?: Record<string, string>;
    /** The number of instances, of manual scaling. */
    scaling?: unknown;
}

/** The keys of an included file. */
const included: Keys = {
    converters: pick(
        standard.converters,
        "handlers",
        "env_variables",
        "beta_settings",
        "vm_settings",
        "manual_scaling",
        "includes",
    ),
    ignored: ["admin_console"],
    unsupported: {
        ...pick(standard.unsupported, "build_env_variables", "skip_files", "builtins"),
        vm: "applies to the whole service. Set env: flex in a separate file.",
    },
};

function pick<Item>(all: Record<string, Item>, ...keys: string[]): Record<string, Item> {
    return Object.fromEntries(keys.map((key) => [key, all[key] as Item]));
}

/** Reads the included files recursively, in App Engine's order. */
function readIncludes(root: Value, file: string, visited: Set<string>): Additions[] {
    const [, names] = root.entries().find(([key]) => key === "includes") ?? [];
    return (names?.list() ?? []).flatMap((item) => {
        const source = openIncluded(item, dirname(file), visited);
        return source?.root
            ? [source.root.read<Additions>(included), ...readIncludes(source.root, source.file, visited)]
            : [];
    });
}

function openIncluded(item: Value, folder: string, visited: Set<string>): Source | undefined {
    const name = item.text();
    if (name === undefined) {
        return undefined;
    }
    const path = join(folder, name);
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "include.yaml") : path;
    if (visited.has(file)) {
        return undefined;
    }
    visited.add(file);
    const reason = `is not a file: ${resolve(file)} does not exist (got ${item.shown}).`;
    return existsSync(file)
        ? new Source(file, item.findings)
        : item.reject(check.problem(item.path, "appengine/yaml-include-missing", reason));
}

/** Merges a service with its included files: their variables take precedence, and their handlers come first. */
function withIncludes(args: Additions, root: Value, file: string): Additions {
    return readIncludes(root, file, new Set([file])).reduce(mergeIncluded, args);
}

function mergeIncluded(args: Additions, { handlers = [], env, scaling }: Additions): Additions {
    const first = handlers.filter(({ isLast }) => !isLast);
    const last = handlers.filter(({ isLast }) => isLast);
    const all = [...first, ...(args.handlers ?? []), ...last];
    const instances = [args.scaling, scaling].filter((one) => typeof one === "number");
    return {
        ...args,
        ...(all.length > 0 ? { handlers: all } : {}),
        ...(env ? { env: { ...args.env, ...env } } : {}),
        ...(typeof scaling === "number" ? { scaling: Math.max(...instances) } : {}),
    };
}
