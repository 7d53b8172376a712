import { run } from "../../../local/toolchain/process";
import { pythonWith } from "../../apps/python";

/** A verdict of a check about a resource. */
export interface Verdict {
    check_id: string;
    /** The resource's address: `google_storage_bucket.orders`. */
    resource: string;
    /** The plan, as a path from the folder that was scanned. */
    file_path: string;
}

export interface Report {
    results: { passed_checks: Verdict[]; failed_checks: Verdict[]; parsing_errors: string[] };
    summary: { passed: number; resource_count: number };
}

/** A Python with Checkov. */
export const python = () => pythonWith(__dirname);

/** Runs Checkov on the Terraform plans in a folder. What is not known before the deployment counts as set, but not as any value. */
export async function scanned(folder: string): Promise<Report> {
    const options = [
        "--framework",
        "terraform_plan",
        "--skip-download",
        "--soft-fail",
        "--compact",
        "--output",
        "json",
    ];
    const env = { ...process.env, EVAL_TF_PLAN_AFTER_UNKNOWN: "true" };
    return JSON.parse(await run(await python(), ["-m", "checkov.main", "--directory", folder, ...options], { env }));
}
