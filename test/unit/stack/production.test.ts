import * as pulumi from "@pulumi/pulumi";
import { ComposerEnvironment } from "../../../lib/composer";
import { Deployer } from "../../../lib/iam";
import { CloudSqlInstance } from "../../../lib/sql";
import { StorageBucket } from "../../../lib/storage";
import { VertexDeploymentPool } from "../../../lib/vertex";
import { registered, told } from "../registered";

const roles = ["roles/run.developer"];
const ref = "refs/heads/main";

/** What development accepts, and production refuses because of its defaults. */
const programs: Record<string, () => unknown> = {
    "a pipeline of GitHub without an approval": () =>
        new Deployer("ci", { github: { repository: "acme/shop", repositoryId: "123456789", ref }, roles }),
    "a pipeline of GitLab without an approval": () =>
        new Deployer("ci", { gitlab: { project: "acme/shop", projectId: "123456789", ref }, roles }),
    "a standby without backups": () =>
        new CloudSqlInstance("shop", { engine: "postgres", version: "16", backups: false }),
    "one scheduler with high resilience": () =>
        new ComposerEnvironment("etl", { workloads: { scheduler: { count: 1 } } }),
    "one replica at most": () => new VertexDeploymentPool("pool", { scaling: { max: 1 } }),
};

/** What a preview notes. */
async function notes(program: () => unknown, kind: "development" | "staging" | "production"): Promise<string[]> {
    const all: string[] = [];
    const info = jest.spyOn(pulumi.log, "info").mockImplementation(async (text) => void all.push(text));
    try {
        await registered(program, { kind, preview: true });
    } finally {
        info.mockRestore();
    }
    return all.filter((text) => text.startsWith("Production"));
}

beforeEach(() => {
    jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});

describe.each(Object.entries(programs))("%s", (_, program) => {
    test.each(["development", "staging"] as const)(
        "is noted by a preview in %s as production refuses it",
        async (kind) => {
            const [refusal = ""] = (await told(program, { kind: "production" })).split("\n");
            expect(await notes(program, kind)).toEqual([`Production refuses this: ${refusal}`]);
        },
    );
});

test("what production accepts is not noted, nor what a second component has", async () => {
    const both = () => [
        new ComposerEnvironment("etl"),
        new StorageBucket("files"),
        new CloudSqlInstance("shop", { engine: "postgres", version: "16" }),
    ];
    expect(await notes(both, "development")).toEqual([]);
    expect(await notes(both, "production")).toEqual([]);
});
