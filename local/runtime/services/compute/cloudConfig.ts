import { parse } from "yaml";
import type { Inputs } from "../../../simulator";

/** The container that a configuration of cloud-init runs. */
export interface MachineContainer {
    image: string;
    entrypoint?: string;
    args: string[];
    variables: Record<string, string>;
    /** Versions of secrets, by the names of variables: `projects/acme-dev/secrets/token/versions/latest`. */
    secrets: Record<string, string>;
    /** The ports that the firewall of the machine accepts. */
    ports: number[];
    /** The time after which the service starts again if it has failed, in seconds; undefined if it does not. */
    restart?: number;
}

const scriptPath = "/var/lib/container/run.sh";
const unitPath = "/etc/systemd/system/container.service";

/**
 * The container of `user-data` for Container-Optimized OS, in the form that `VirtualMachine` writes; undefined for others.
 * https://cloud.google.com/container-optimized-os/docs/how-to/create-configure-instance
 */
export function parseCloudConfig(userData: string): MachineContainer | undefined {
    const files = filesOf(userData);
    const commands = commandsOf(files.get(scriptPath) ?? "");
    const run = commands.find(([first, second]) => first === "exec" && second === "docker");
    const restart = restartOf(files.get(unitPath) ?? "");
    if (!run) {
        return undefined;
    }
    const { names, ...container } = runOf(run.slice(3));
    return { ...container, ...variablesOf(commands, names), ports: portsOf(commands), restart };
}

/** The files of a configuration, by their paths. */
function filesOf(userData: string): Map<string, string> {
    if (!userData.startsWith("#cloud-config")) {
        return new Map();
    }
    try {
        const { write_files: files = [] } = (parse(userData) ?? {}) as { write_files?: Inputs[] };
        return new Map(files.map(({ path, content }) => [String(path), String(content)]));
    } catch {
        return new Map();
    }
}

/** The words of `docker run` after its options, each of which has a value, except for `--rm`. */
function runOf(words: string[]): Pick<MachineContainer, "image" | "entrypoint" | "args"> & { names: string[] } {
    let at = 0;
    const names: string[] = [];
    let entrypoint: string | undefined;
    while (words[at]?.startsWith("--")) {
        if (words[at] === "--entrypoint") {
            entrypoint = words[at + 1];
        } else if (words[at] === "--env") {
            names.push(words[at + 1] ?? "");
        }
        at += words[at] === "--rm" ? 1 : 2;
    }
    const [image = "", ...args] = words.slice(at);
    return { image, args, names, ...(entrypoint !== undefined && { entrypoint }) };
}

function variablesOf(commands: string[][], names: string[]): Pick<MachineContainer, "variables" | "secrets"> {
    const variables: Record<string, string> = {};
    const secrets: Record<string, string> = {};
    for (const [first = "", second = ""] of commands) {
        const [, exported, value = ""] = (first === "export" && /^(\w+)=(.*)$/s.exec(second)) || [];
        const [, read] = /^(\w+)=\$\(read_secret$/.exec(first) ?? [];
        if (exported && names.includes(exported)) {
            variables[exported] = value;
        } else if (read) {
            secrets[read] = second.replace(/\)$/, "");
        }
    }
    return { variables, secrets };
}

const portsOf = (commands: string[][]): number[] =>
    commands.flatMap((words) => {
        const at = words.indexOf("--dport");
        return words[0] === "iptables" && at > 0 ? [Number(words[at + 1])] : [];
    });

/** `Restart=on-failure` and `RestartSec`, in seconds: https://www.freedesktop.org/software/systemd/man/systemd.service.html */
function restartOf(unit: string): number | undefined {
    const isRestarted = /^Restart=(on-failure|always)$/m.test(unit);
    return isRestarted ? Number(/^RestartSec=([\d.]+)$/m.exec(unit)?.[1] ?? 0.1) : undefined;
}

/** The commands of a shell script as words without their quotes: a line is a command, unless a quoted text continues it. */
function commandsOf(script: string): string[][] {
    const commands: string[][] = [];
    let words: string[] = [];
    let word: string | undefined;
    const endWord = () => {
        if (word !== undefined) {
            words.push(word);
        }
        word = undefined;
    };
    // A quoted text, an escaped character, a separator, or other characters.
    for (const [part] of script.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|\n|[ \t]+|[^'"\\\s]+/gs)) {
        if (part === "\n") {
            endWord();
            commands.push(words);
            words = [];
        } else if (/^\s/.test(part)) {
            endWord();
        } else {
            const text = /^['"]/.test(part) ? part.slice(1, -1) : part.startsWith("\\") ? part.slice(1) : part;
            word = (word ?? "") + text;
        }
    }
    endWord();
    return [...commands, words];
}
