import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allCases, cases, chargesOfAll, differences, leftOut, otherTypes, type PriceCase } from "./infracost/goldens";
import { judge, matches } from "./judge";

let found: ReturnType<typeof chargesOfAll> | undefined;

/** What the tests of Infracost expect for a configuration, `slipway cost` says about the same resources of a Pulumi program. */
judge<PriceCase>({
    name: "infracost",
    cases: cases(),
    exceptions: JSON.parse(readFileSync(join(__dirname, "infracost", "exceptions.json"), "utf8")),
    async run(each) {
        found ??= chargesOfAll();
        return differences((await found)(each.golden, each.row.resource), each);
    },
});

test("infracost: each pattern leaves rows out", () => {
    const names = allCases().map(({ name }) => name);
    expect(leftOut.filter((row) => !names.some((name) => matches(row.case, name)))).toEqual([]);
    process.stderr.write(`infracost: ${names.length - cases().length} of ${names.length} rows are left out\n`);
});

test("infracost: all other types have no prices here, are free, or are billed with another resource", () => {
    expect(otherTypes().sort()).toEqual([
        // Billed with the dataset, the zone and the bucket.
        "google_bigquery_table",
        // Earlier generations.
        "google_cloud_run_service",
        "google_cloudfunctions_function",
        "google_compute_machine_image",
        "google_compute_target_grpc_proxy",
        // Not in the provider anymore.
        "google_container_registry",
        "google_dns_record_set",
        "google_logging_billing_account_sink",
        "google_logging_folder_sink",
        "google_logging_organization_sink",
        "google_logging_project_sink",
        "google_redis_cluster",
        "google_redis_instance",
        // Traffic.
        "google_service_networking_connection",
    ]);
});
