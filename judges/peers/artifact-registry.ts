import { allow, ContainerRegistry, EnvironmentProject, PackageRegistry, Secret } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple Docker Repository",
        hcl: 515,
        kind: "components",
        program: () => {
            const registry = new ContainerRegistry("myregistry");
            allow(registry.role("roles/artifactregistry.admin"), "group:cicd@acme.com");
            new PackageRegistry("remote", { region: "us-west1", format: "docker", remote: registry });
        },
    },
    {
        title: "Remote and Virtual Repositories",
        hcl: 711,
        kind: "components",
        program: () => {
            const local = new PackageRegistry("local", { format: "python" });
            const remote = new PackageRegistry("remote", { format: "python", remote: "pypi" });
            new PackageRegistry("virtual", { format: "python", upstreams: [local, remote] });
        },
    },
    {
        title: "Remote Docker registry with credentials",
        hcl: 882,
        kind: "components",
        program: () => {
            const { provider, ready, artifactRegistryAgent } = new EnvironmentProject("ar", {
                projectId: "acme-mirrors",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["secretmanager.googleapis.com"],
            });
            const password = new Secret(
                "example-com-password",
                { external: true, replicas: { "europe-west1": {} } },
                { provider, dependsOn: ready },
            );
            const granted = allow(password.accessor, artifactRegistryAgent);
            new PackageRegistry(
                "mirror",
                {
                    format: "docker",
                    remote: { source: "https://example.com", credentials: { username: "myuser", password } },
                },
                { provider, dependsOn: granted },
            );
        },
    },
    {
        title: "Additional Docker and Maven Options",
        hcl: 450,
        kind: "components",
        program: () => {
            new ContainerRegistry("docker", { immutableTags: true });
            new PackageRegistry("maven", {
                format: "maven",
                maven: { allowSnapshotOverwrites: true, versionPolicy: "release" },
            });
        },
    },
    {
        title: "Other Formats",
        hcl: 1298,
        kind: "components",
        program: () => {
            for (const format of ["apt", "generic", "go", "googet", "kfp", "npm", "yum"] as const) {
                new PackageRegistry(`${format}-registry`, { format });
            }
        },
    },
    {
        title: "Cleanup Policies",
        hcl: 519,
        kind: "components",
        program: () => {
            new ContainerRegistry("docker-cleanup-policies", {
                cleanup: {
                    rules: {
                        "keep-5-versions": { keep: 5, packages: ["test"] },
                        "keep-tagged-release": { keep: "all", tags: ["release"], packages: ["webapp", "mobile"] },
                    },
                },
            });
        },
    },
    {
        title: "IAM",
        hcl: 1130,
        kind: "components",
        program: () => {
            for (const name of ["first", "second", "third"]) {
                const registry = new ContainerRegistry(name);
                allow(registry.role("roles/artifactregistry.admin"), "group:cicd@acme.com");
                if (name === "third") {
                    allow(registry.reader, "group:cicd-read@acme.com");
                }
            }
        },
    },
    {
        title: "Legacy Custom Repository (Deprecated)",
        hcl: 231,
        kind: "components",
        program: () => {
            new PackageRegistry("legacy-custom", { format: "maven", remote: "https://example.com" });
        },
    },
];
