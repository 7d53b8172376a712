import * as check from "../../internal/check";

/** A whole number of GiB: `"20Gi"`. */
export type Gibibytes = `${number}Gi`;

/** Memory in the container that is used as a disk. */
export interface Volume {
    /** How much: `"1Gi"` or more, within the memory of the application, which has as much less. */
    size: Gibibytes;
    /** Always `"tmpfs"`. */
    type: "tmpfs";
}

/** The machine of each instance. */
export interface FlexibleResources {
    /**
     * CPUs: 1, an even number from 2 to 32, or a multiple of 4 from 36 to 80 ("app.yaml Configuration File").
     * @default 1
     */
    cpu?: number;
    /**
     * Memory of the application: `"600Mi"`, `"4Gi"`; for each CPU there is 1 to 6.5 GiB, of which App Engine takes 0.4 GiB once
     * ("app.yaml Configuration File").
     * @default 1 GiB for each CPU
     */
    memory?: `${number}Mi` | Gibibytes;
    /**
     * The disk: `"10Gi"` to `"10240Gi"` ("app.yaml Configuration File").
     * @default "13Gi"
     */
    disk?: Gibibytes;
    /**
     * Volumes by their names, each at `/mnt/<name>`: at most 8 ("app.yaml Configuration File").
     * @default none
     */
    volumes?: Record<string, Volume>;
}

/** What is left open decided. */
export type DecidedResources = Required<FlexibleResources>;

const form = /^(\d+)(Mi|Gi)$/;

/** As App Engine counts, which says GB. */
export function gibibytes(amount: string): number {
    const [, number, unit] = form.exec(amount) ?? [];
    return Number(number) / (unit === "Mi" ? 1024 : 1);
}

const whole = (least: number, most: number) =>
    check.pipe(
        check.matching(/^\d+Gi$/, "must be whole GiB, such as 20Gi"),
        check.refine(
            // What has no amount was told by the check of its form.
            (value) => !(gibibytes(String(value)) < least || gibibytes(String(value)) > most),
            `must be from ${least}Gi to ${most}Gi`,
        ),
    );

const isCpu = (cpu: number) =>
    cpu === 1 || (cpu >= 2 && cpu <= 32 && cpu % 2 === 0) || (cpu > 32 && cpu <= 80 && cpu % 4 === 0);

const volumeName = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
);

/** Checks the machine of a service, each part by itself. */
export const resources: check.Check = check.options<FlexibleResources>({
    cpu: check.custom(
        (value) => typeof value === "number" && isCpu(value),
        "must be 1, an even number from 2 to 32, or a multiple of 4 from 36 to 80",
    ),
    memory: check.matching(form, "must be an amount of memory, such as 600Mi or 4Gi"),
    disk: whole(10, 10_240),
    volumes: check.pipe(
        check.record(
            volumeName,
            check.options<Volume>({ size: whole(1, 520), type: check.oneOf("tmpfs") }, "size", "type"),
        ),
        check.refine((value) => Object.keys(value as object).length <= 8, "must be 8 at most"),
    ),
});

export function decidedResources(given: FlexibleResources = {}): DecidedResources {
    const cpu = given.cpu ?? 1;
    return check.completed(given, { cpu, memory: `${cpu}Gi`, disk: "13Gi", volumes: {} });
}

/** What is wrong with a machine each part of which is right by itself. */
export function resourcesProblems(given: FlexibleResources | undefined): check.Problem[] {
    const { cpu, memory, volumes } = decidedResources(given);
    const [least, most] = [bound(Math.ceil, cpu * 1 - 0.4), bound(Math.floor, cpu * 6.5 - 0.4)];
    const amount = gibibytes(memory) * 1024;
    const taken = Object.values(volumes).reduce((sum, { size }) => sum + gibibytes(size), 0);
    const range = `must be from ${least}Mi to ${most}Mi with ${cpu} CPUs, 1 to 6.5 GiB for each less 0.4 GiB (got "${memory}").`;
    const full = `must have less in all than the memory, "${memory}" (got ${taken}Gi). Take more memory.`;
    return [
        ...(amount < least || amount > most ? [{ path: "resources.memory", reason: range }] : []),
        ...(taken >= gibibytes(memory) ? [{ path: "resources.volumes", reason: full }] : []),
    ];
}

/** An amount of GiB in whole MiB. */
const bound = (rounded: (amount: number) => number, amount: number) => rounded(amount * 1024);

/** As the API takes it. */
export function resourcesOf({ cpu, memory, disk, volumes }: DecidedResources) {
    const mounted = Object.entries(volumes).map(([name, { size, type }]) => {
        return { name, sizeGb: gibibytes(size), volumeType: type };
    });
    return {
        cpu,
        memoryGb: gibibytes(memory),
        diskGb: gibibytes(disk),
        volumes: mounted.length > 0 ? mounted : undefined,
    };
}
