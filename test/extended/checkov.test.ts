import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Deployment } from "../deploy/deployment";
import { scanned } from "./checkov/scan";
import { terraformPlan } from "./terraformPlan";

/** A finding that is kept. */
interface Kept {
    check: string;
    /** The type and the name of the resource in Terraform, in which `*` is any text. */
    resource: string;
    reason: string;
    /** The page with which the reason can be verified. */
    source: string;
}

const place = join(__dirname, "checkov");
const kept: Kept[] = JSON.parse(readFileSync(join(place, "kept.json"), "utf8"));

const starters = {
    autoscaling: "prod",
    "batch-pipeline": "prod",
    "ci-delivery": "prod",
    "echo-gke": "prod",
    foundation: "acme",
    "model-app-engine": "prod",
    "model-endpoint": "prod",
    "model-function": "prod",
    platform: "prod",
    "streaming-predictions": "prod",
    "training-vm": "prod",
    "web-with-database": "prod",
};

function matches({ check, resource }: Kept, finding: string): boolean {
    const pattern = resource.replaceAll(".", "\\.").replaceAll("*", ".*");
    return new RegExp(`^${check} ${pattern}$`).test(finding);
}

test("Checkov finds in the starters for production only what is kept, each with a reason", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-plans-"));
    for (const [name, stack] of Object.entries(starters)) {
        const starter = Deployment.starter(name);
        const { output } = await starter.run(["preview", "-s", stack, "--json"]);
        writeFileSync(join(folder, `${name}.json`), JSON.stringify(terraformPlan(output)));
        await starter.remove();
    }
    const { results, summary } = await scanned(folder);
    rmSync(folder, { recursive: true });
    const findings = results.failed_checks.map(({ check_id, resource }) => `${check_id} ${resource}`);
    expect(findings.filter((finding) => !kept.some((each) => matches(each, finding)))).toEqual([]);
    // What is not found any more is not kept any more.
    expect(kept.filter((each) => !findings.some((finding) => matches(each, finding)))).toEqual([]);
    expect(kept.filter(({ reason, source }) => reason === "" || !/^https:\/\/\S+$/.test(source))).toEqual([]);
    expect(summary.passed).toBeGreaterThan(450);
    expect(summary.resource_count).toBeGreaterThan(400);
});
