import type { Arrow, Graph, Node } from "../../local/commands/pictures/graph";

/** A picture for each concept. */
export function conceptPictures(): [name: string, graph: Graph][] {
    return [
        ["concept-environment", environment()],
        ["concept-capability", capability()],
        ["concept-promotion", promotion()],
        ["concept-local", local()],
    ];
}

const node = (id: string, name: string, kind: string): Node => ({ id, name, kind });
const frame = (kind: string, name: string, ...children: Node[]): Node => ({
    id: `frame ${name}`,
    name,
    kind,
    children,
});
const arrow = (from: string, to: string, ...label: string[]): Arrow => ({ from, to, label });

/** What differs when the same program is deployed to another environment. */
function environment(): Graph {
    const database = (name: string, ...notes: string[]): Node => ({
        ...node(`${name} database`, "shop", "CloudSqlInstance"),
        notes,
    });
    return {
        title: "Environments",
        nodes: [
            node("program", "index.ts", "code, the same for all"),
            frame("project", "acme-shop-dev", database("dev", "db-f1-micro", "can be deleted")),
            frame("project", "acme-shop-prod", database("prod", "db-custom-2-8192", "with a standby", "protected")),
        ],
        arrows: [
            arrow("program", "dev database", "pulumi up -s dev", "kind: development"),
            arrow("program", "prod database", "pulumi up -s prod", "kind: production"),
        ],
    };
}

/** What a line such as `uses: { MODELS: models.reader }` means. */
function capability(): Graph {
    return {
        title: "A capability",
        nodes: [
            frame(
                "ServerlessFunction",
                "predict",
                node("code", "./predict", "code, reads $MODELS"),
                node("account", "predict-run", "service account"),
            ),
            node("bucket", "models", "StorageBucket"),
        ],
        arrows: [
            arrow("code", "account", "runs as"),
            { ...arrow("code", "bucket", "MODELS=acme-models-dev-models"), attached: true },
            arrow("account", "bucket", "storage.objectViewer", "on this bucket only"),
        ],
    };
}

/** How code gets from one environment to the next. */
function promotion(): Graph {
    const environments = ["dev", "staging", "prod"];
    const next = environments.slice(1).map((name, index) => [environments[index] as string, name] as const);
    return {
        title: "Promotion",
        nodes: [
            node("commit", "commit", "code"),
            ...environments.map((name) =>
                frame(
                    "project",
                    `acme-forecast-${name}`,
                    node(`${name} code`, "sha256:9f2c…", "running code"),
                    node(`${name} records`, "releases", "records"),
                ),
            ),
        ],
        arrows: [
            arrow("commit", "dev code", "pulumi up -s dev"),
            ...environments.map((name) => arrow(`${name} code`, `${name} records`, "recorded")),
            ...next.map(([from, to]) => arrow(`${from} code`, `${to} code`, `pulumi up -s ${to}`)),
            ...next.map(([from, to]) => ({ ...arrow(`${from} records`, `${to} code`, "did it run?"), attached: true })),
        ],
    };
}

/** What runs where when a program is deployed without an account. */
function local(): Graph {
    return {
        title: "The local Google Cloud",
        nodes: [
            frame(
                "machine",
                "yours",
                node("program", "index.ts", "code"),
                node("engine", "Pulumi", "engine"),
                node("provider", "local provider", "refuses what Google refuses"),
                node("serve", "slipway local serve", "Google's APIs for your code"),
                node("store", ".slipway", "folder"),
            ),
            node("cloud", "acme-models-dev", "project"),
        ],
        arrows: [
            arrow("program", "engine", "resources"),
            arrow("engine", "provider", "slipway local up"),
            { ...arrow("engine", "cloud", "pulumi up"), attached: true },
            arrow("provider", "store"),
            arrow("serve", "store"),
        ],
    };
}
