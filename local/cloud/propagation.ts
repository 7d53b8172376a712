import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * How long changes take to have an effect, in seconds.
 *
 * - `api`: calls of a new API fail. The provider's own samples wait this long:
 *   https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/templates/terraform/samples/services/dataform/dataform_config_with_kms_key.tf.tmpl
 * - `grant`: "typically 2 minutes, potentially 7 minutes or longer",
 *   https://docs.cloud.google.com/iam/docs/access-change-propagation
 */
export const delays = { api: 30, grant: 120 };

/** Whether changes of a local Google Cloud have an effect yet. */
export interface Propagation {
    /** Notes a change that a program makes. Changes that Google makes have an effect immediately. */
    changed(name: string, kind: keyof typeof delays): void;
    /** Whether a change has no effect yet. */
    isPending(name: string): boolean;
}

export const immediate: Propagation = { changed: () => undefined, isPending: () => false };

/**
 * The simulated time of a local Google Cloud: the real time, and the waits of programs, which take no time. It is a file because
 * programs and providers are different processes.
 */
export class SimulatedTime {
    private readonly file: string;

    constructor(private readonly folder: string) {
        this.file = join(folder, "time");
    }

    /** In milliseconds. */
    now(): number {
        return Date.now() + this.skipped();
    }

    /** Appends the wait, as several processes can wait at once. */
    skip(ms: number): void {
        mkdirSync(this.folder, { recursive: true });
        appendFileSync(this.file, `${ms}\n`);
    }

    /** Joins the waits of previous commands. */
    compact(): void {
        replace(this.file, `${this.skipped()}\n`);
    }

    private skipped(): number {
        const waits = existsSync(this.file) ? readFileSync(this.file, "utf8").split("\n") : [];
        return waits.reduce((sum, ms) => sum + Number(ms), 0);
    }
}

/** Writes a file as a whole, as other processes read it. */
function replace(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, file);
}

const pendingFolder = (cloud: string) => join(cloud, "pending");

/** Starts a command an hour after the previous one: everything has taken effect. */
export function startCommand(cloud: string): void {
    const time = new SimulatedTime(cloud);
    time.skip(3_600_000);
    time.compact();
    rmSync(pendingFolder(cloud), { recursive: true, force: true });
}

/**
 * Delays the changes of a cloud. The time at which a change takes effect is in a file, because the provider and the APIs for programs
 * are in different processes.
 */
export class DelayedPropagation implements Propagation {
    private readonly time: SimulatedTime;

    constructor(private readonly cloud: string) {
        this.time = new SimulatedTime(cloud);
    }

    changed(name: string, kind: keyof typeof delays): void {
        replace(this.file(name), String(this.time.now() + delays[kind] * 1000));
    }

    isPending(name: string): boolean {
        const file = this.file(name);
        if (!existsSync(file)) {
            return false;
        }
        if (this.time.now() < Number(readFileSync(file, "utf8"))) {
            return true;
        }
        rmSync(file, { force: true });
        return false;
    }

    private file(name: string): string {
        return join(pendingFolder(this.cloud), createHash("sha256").update(name).digest("hex").slice(0, 32));
    }
}
