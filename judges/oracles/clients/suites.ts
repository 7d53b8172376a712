import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../../local/runtime/emulator/server";
import { emulatorVariables } from "../../../local/runtime/emulator/serving";
import { run } from "../../../local/toolchain/process";
import { pythonWith, sourcesOf } from "../../../local/toolchain/python";
import type { Case } from "../judge";
import { assumedWorld, discard } from "../world";
import { front } from "./front";

/** Tests of a client library that call Google Cloud. */
export interface Suite {
    /** The package, whose source distribution has the tests. */
    source: string;
    service: string;
    files: string[];
    /** How many tests run at once; most of the time of some is waiting. */
    processes: number;
}

export const suites: Suite[] = [
    {
        source: "google-cloud-storage",
        service: "storage",
        files: ["tests/system", "tests/conformance/test_conformance.py"],
        processes: 6,
    },
    {
        source: "google-cloud-bigquery",
        service: "bigquery",
        files: ["test_client.py", "test_list_rows.py", "test_query.py", "test_structs.py", "test_job_retry.py"].map(
            (file) => `tests/system/${file}`,
        ),
        processes: 2,
    },
    { source: "google-cloud-pubsub", service: "pubsub", files: ["tests/system.py"], processes: 6 },
];

/** A test of a suite. */
export interface ClientCase extends Case {
    suite: Suite;
    /** The test as pytest names it. */
    id: string;
}

/** What pytest found. */
export interface Report {
    /** All tests of the suite, also those that did not run. */
    collected: string[];
    outcomes: Record<string, { passed: boolean; text: string }>;
}

/** A test with all of its parameters is held out as one. */
const unitOf = ({ source }: Suite, id: string) => `${source} ${id.replace(/\[.*$/s, "").replace(/-\d+$/, "")}`;

export const caseOf = (suite: Suite, id: string): ClientCase => ({
    name: `${suite.source} ${id}`,
    unit: unitOf(suite, id),
    service: suite.service,
    suite,
    id,
});

const project = "acme-dev";

/** Runs tests of a suite against a local Google Cloud of their own. */
export async function runSuite({ source, files, processes }: Suite, ids: string[]): Promise<Report> {
    const [python, sources] = await Promise.all([pythonWith(__dirname), sourcesOf(__dirname)]);
    const world = assumedWorld(project);
    const served = await serve(world.cloud);
    const judge = await front(world, served.url, project);
    const folder = mkdtempSync(join(tmpdir(), "slipway-clients-"));
    const file = (name: string, content?: object) => {
        const path = join(folder, name);
        if (content) {
            writeFileSync(path, JSON.stringify(content));
        }
        return path;
    };
    const { PATH = "" } = process.env;
    const options = [
        "-p",
        "slipway_suite",
        "-p",
        "no:cacheprovider",
        "-q",
        "-n",
        String(processes),
        "--timeout",
        "100",
    ];
    try {
        await run(python, ["-m", "pytest", ...options, ...files], {
            cwd: sources[source],
            env: {
                PATH,
                TMPDIR: folder,
                PYTHONPATH: __dirname,
                PYTHONDONTWRITEBYTECODE: "1",
                ...emulatorVariables(judge.url, served.pubsubHost),
                GOOGLE_CLOUD_PROJECT: project,
                GOOGLE_CLOUD_TESTS_USER_PROJECT: project,
                SLIPWAY_JUDGE: judge.url,
                SLIPWAY_CASES: file("cases.json", ids),
                SLIPWAY_ACCOUNT: file("account.json", account()),
                SLIPWAY_COLLECTED: file("collected.json"),
                SLIPWAY_REPORT: file("outcomes.json"),
            },
        }).catch((error) => {
            // Tests that fail are in the report.
            if (!/exited with code [15]$/.test(error.message)) {
                throw error;
            }
        });
        const read = (name: string) => JSON.parse(readFileSync(file(name), "utf8"));
        return { collected: read("collected.json"), outcomes: read("outcomes.json") };
    } finally {
        await judge.close();
        await served.close();
        discard(world);
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The key of a service account. */
function account(): object {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return {
        type: "service_account",
        project_id: project,
        private_key_id: "1",
        private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
        client_email: `tests@${project}.iam.gserviceaccount.com`,
        client_id: "1",
        token_uri: "https://oauth2.googleapis.com/token",
    };
}
