import { Cloud } from "../../../local/simulator/cloud/cloud";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { newFolder, refusalOf, World } from "./world";

export const settings = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };
export const plus = { edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-2" };
export const recoverable = { backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true } };
export const logged = { backupConfiguration: { enabled: true, binaryLogEnabled: true } };

export const args = { name: "sales", databaseVersion: "POSTGRES_17", deletionProtection: false, settings };
export const mySql = { ...args, databaseVersion: "MYSQL_8_0" };

export const creating = "Error, failed to create instance sales: googleapi: Error";
export const updating = "Error, failed to update instance settings for : googleapi: Error";

/** A project with Cloud SQL, and a clock that tests advance. */
export function prepared() {
    const clock = { now: new Date("2026-01-01T00:00:00Z") };
    const world = new World(undefined, {}, new Cloud(newFolder(), undefined, () => clock.now));
    world.enable("compute", "sqladmin", "servicenetworking");
    const make = (inputs: Inputs = {}) => world.make("DatabaseInstance", { ...args, ...inputs });
    return {
        world,
        make,
        refusal: (inputs: Inputs) => refusalOf(() => make(inputs)),
        pass: (days: number) => {
            clock.now = new Date(clock.now.getTime() + days * 86_400_000);
        },
    };
}
