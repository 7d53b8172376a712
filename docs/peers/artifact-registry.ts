import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { allow, ContainerRegistry, EnvironmentProject, Secret } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple Docker Repository",
        hcl: 515,
        kind: "raw",
        program: () => {
            const registry = new ContainerRegistry("myregistry");
            allow(registry.role("roles/artifactregistry.admin"), "group:cicd@acme.com");
            new Repository("remote", {
                repositoryId: "remote",
                location: "us-west1",
                format: "DOCKER",
                mode: "REMOTE_REPOSITORY",
                remoteRepositoryConfig: { commonRepository: { uri: registry.repository.id } },
            });
        },
    },
    {
        title: "Remote and Virtual Repositories",
        hcl: 711,
        kind: "raw",
        program: () => {
            const format = "PYTHON";
            const local = new Repository("local", { repositoryId: "local", format });
            const remote = new Repository("remote", {
                repositoryId: "remote",
                format,
                mode: "REMOTE_REPOSITORY",
                remoteRepositoryConfig: { pythonRepository: { publicRepository: "PYPI" } },
            });
            new Repository("virtual", {
                repositoryId: "virtual",
                format,
                mode: "VIRTUAL_REPOSITORY",
                virtualRepositoryConfig: {
                    upstreamPolicies: [
                        { id: "remote", repository: remote.id, priority: 1 },
                        { id: "local", repository: local.id, priority: 10 },
                    ],
                },
            });
        },
    },
    {
        title: "Remote Docker registry with credentials",
        hcl: 882,
        kind: "raw",
        program: () => {
            const { provider, ready, artifactRegistryAgent } = new EnvironmentProject("ar", {
                projectId: "acme-mirrors",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["secretmanager.googleapis.com"],
            });
            const options = { provider, dependsOn: ready };
            const password = new Secret(
                "example-com-password",
                { external: true, replicas: { "europe-west1": {} } },
                options,
            );
            const { accessor } = password;
            const granted = allow(accessor, artifactRegistryAgent);
            const usernamePasswordCredentials = { username: "myuser", passwordSecretVersion: accessor.value };
            new Repository(
                "mirror",
                {
                    repositoryId: "mirror",
                    location: "europe-west1",
                    format: "DOCKER",
                    mode: "REMOTE_REPOSITORY",
                    remoteRepositoryConfig: {
                        commonRepository: { uri: "https://example.com" },
                        upstreamCredentials: { usernamePasswordCredentials },
                    },
                },
                { provider, dependsOn: granted },
            );
        },
    },
    {
        title: "Additional Docker and Maven Options",
        hcl: 450,
        kind: "raw",
        program: () => {
            new ContainerRegistry("docker", { immutableTags: true });
            new Repository("maven", {
                repositoryId: "maven",
                format: "MAVEN",
                mavenConfig: { allowSnapshotOverwrites: true, versionPolicy: "RELEASE" },
            });
        },
    },
    {
        title: "Other Formats",
        hcl: 1298,
        kind: "raw",
        program: () => {
            for (const format of ["APT", "GENERIC", "GO", "GOOGET", "KFP", "NPM", "YUM"]) {
                const repositoryId = `${format.toLowerCase()}-registry`;
                new Repository(repositoryId, { repositoryId, format });
            }
        },
    },
    {
        title: "Cleanup Policies",
        hcl: 519,
        kind: "transform",
        program: () => {
            const action = "KEEP";
            new ContainerRegistry("docker-cleanup-policies", {
                transform: {
                    repository: {
                        cleanupPolicies: [
                            {
                                id: "keep-5-versions",
                                action,
                                mostRecentVersions: { packageNamePrefixes: ["test"], keepCount: 5 },
                            },
                            {
                                id: "keep-tagged-release",
                                action,
                                condition: {
                                    tagState: "TAGGED",
                                    tagPrefixes: ["release"],
                                    packageNamePrefixes: ["webapp", "mobile"],
                                },
                            },
                        ],
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
        kind: "raw",
        program: () => {
            new Repository("legacy-custom", {
                repositoryId: "legacy-custom",
                format: "MAVEN",
                mode: "REMOTE_REPOSITORY",
                remoteRepositoryConfig: {
                    mavenRepository: { customRepository: { uri: "https://example.com" } },
                },
            });
        },
    },
];
