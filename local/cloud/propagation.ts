import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

    skip(ms: number): void {
        mkdirSync(this.folder, { recursive: true });
        // Replaced as a whole, as other processes read it.
        const draft = `${this.file}.${process.pid}`;
        writeFileSync(draft, String(this.skipped() + ms));
        renameSync(draft, this.file);
    }

    private skipped(): number {
        try {
            return Number(readFileSync(this.file, "utf8"));
        } catch {
            return 0;
        }
    }
}

/** Between two commands everything takes effect. */
export const betweenCommands = 3_600_000;

class Delayed implements Propagation {
    private readonly effective = new Map<string, number>();
    private readonly time: SimulatedTime;

    constructor(cloud: string) {
        this.time = new SimulatedTime(cloud);
    }

    changed(name: string, kind: keyof typeof delays): void {
        this.effective.set(name, this.time.now() + delays[kind] * 1000);
    }

    isPending(name: string): boolean {
        const effective = this.effective.get(name);
        if (effective === undefined) {
            return false;
        }
        if (this.time.now() < effective) {
            return true;
        }
        this.effective.delete(name);
        return false;
    }
}

const delayed = new Map<string, Propagation>();

/** Delays the changes of a cloud, for all provider instances of a process. */
export function delayedPropagation(cloud: string): Propagation {
    const known = delayed.get(cloud) ?? new Delayed(cloud);
    delayed.set(cloud, known);
    return known;
}
