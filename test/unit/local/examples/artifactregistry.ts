import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";

export const examples: Record<string, Inputs[]> = {
    "gcp:artifactregistry/repository:Repository": [
        { repositoryId: "little", format: "DOCKER" },
        {
            repositoryId: "much",
            format: "maven",
            location: "us",
            labels: { team: "forecast" },
            cleanupPolicies: [
                { id: "old", action: "DELETE", condition: { olderThan: "30d" } },
                { id: "recent", action: "KEEP", mostRecentVersions: { keepCount: 5 } },
            ],
            mavenConfig: { allowSnapshotOverwrites: true },
            vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
        },
        {
            repositoryId: "remote",
            format: "DOCKER",
            mode: "REMOTE_REPOSITORY",
            remoteRepositoryConfig: { dockerRepository: { publicRepository: "DOCKER_HUB" } },
        },
        {
            repositoryId: "passed-on",
            format: "DOCKER",
            mode: "REMOTE_REPOSITORY",
            remoteRepositoryConfig: {
                commonRepository: { uri: "projects/acme-dev/locations/europe-west1/repositories/images" },
            },
        },
    ],
    ...policyExamples(
        "gcp:artifactregistry/repositoryIam",
        { repository: "images", location: "europe-west1" },
        "roles/artifactregistry.reader",
    ),
};
