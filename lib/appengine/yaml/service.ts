import { dirname } from "node:path";
import type { PhpSettings } from "../flexible";
import type { AppEngineServiceArgs } from "../service/arguments";
import { flexible } from "./flexible";
import { type Additions, withIncludes } from "./includes";
import { text } from "./reading";
import type { Source } from "./source";
import { standard } from "./standard";
import type { Value } from "./value";

/** A service's name and its arguments. */
export interface NamedService {
    name: string;
    /** Where the file says its name, or the file. */
    place: string;
    service: AppEngineServiceArgs;
}

type Entries = Map<string, Value>;

/** The environment: the one of machines was chosen by `vm: true` once. */
function isFlexible(entries: Entries): boolean {
    const env = entries.get("env");
    const given = env && text(env);
    if (given !== undefined && !["1", "2", "standard", "flex", "flexible"].includes(given)) {
        env?.wrong("must be standard or flex");
    }
    return given === undefined ? entries.get("vm")?.flag() === true : /^(2|flex)/.test(given);
}

/** A service has one scaling. */
function checkScaling(entries: Entries): void {
    const [first, second] = [...entries.keys()].filter((key) => /^(automatic|basic|manual)_scaling$/.test(key));
    if (second !== undefined) {
        const value = entries.get(second);
        value?.findings.wrong(
            value.place,
            second,
            `goes with no ${first}, which is there already. Leave out one of them.`,
        );
    }
}

/** Handlers without their places, which only say how files go together. */
function inOrder({ handlers, ...args }: Additions) {
    return { ...args, ...(handlers ? { handlers: handlers.map(({ handler }) => handler) } : {}) };
}

interface FlexibleDraft extends Additions {
    runtime?: string;
    runtimeConfig?: PhpSettings & { version?: string; operatingSystem?: string };
}

/** What a service is built of: the version goes with the language, and so does how PHP serves. */
function withRuntime({ runtime: name, runtimeConfig = {}, ...args }: FlexibleDraft): Additions {
    const { version, operatingSystem, ...php } = runtimeConfig;
    const all = { name, version, operatingSystem, php: Object.keys(php).length > 0 ? php : undefined };
    const runtime = Object.fromEntries(Object.entries(all).filter(([, given]) => given !== undefined));
    return { ...args, ...(name === undefined ? {} : { runtime }) };
}

/** The service of a file, whose source is the folder that the file is in. */
export function serviceIn(source: Source): NamedService | undefined {
    const { root, findings, file } = source;
    if (source.isEmpty) {
        findings.wrong(findings.nameOf(file), "", "is empty. It has at least a runtime, such as runtime: python313.");
    }
    if (!root) {
        return undefined;
    }
    const entries = new Map(root.entries());
    const named = entries.get("service") ?? entries.get("module");
    checkScaling(entries);
    const isFlex = isFlexible(entries);
    const own = isFlex ? withRuntime(root.read<FlexibleDraft>(flexible)) : root.read<Additions>(standard);
    const whole = inOrder(withIncludes(own, root, file));
    const service = { env: isFlex ? "flex" : "standard", source: dirname(file), ...whole };
    return {
        name: (named && text(named)) ?? "default",
        place: (named ?? root).place,
        service: service as AppEngineServiceArgs,
    };
}
