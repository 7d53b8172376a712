import { facts } from "./facts";

/** What repositories of a format can be, and have. */
export interface PackageFormat {
    /** Whether versions of packages have tags. */
    hasTags?: boolean;
    /** Whether a remote repository can cache packages of it. */
    isRemote?: boolean;
    /** Whether a virtual repository can have it. */
    isVirtual?: boolean;
    source?: string;
}

/** Formats of repositories of Artifact Registry, in lower case. */
export const packageFormats = facts<Omit<PackageFormat, "source">>()({
    subject: "Formats of Artifact Registry",
    source: "https://cloud.google.com/artifact-registry/docs/repositories/virtual-overview",
    checked: "2026-11-27",
    rows: {
        apt: { isRemote: true, isVirtual: true },
        docker: { hasTags: true, isRemote: true, isVirtual: true },
        generic: {},
        /** `--remote-go-repo` of gcloud. */
        go: { isRemote: true, source: "https://cloud.google.com/sdk/gcloud/reference/artifacts/repositories/create" },
        /** Only in the API v1alpha1, for projects that Google has admitted. */
        googet: {
            source: "https://cloud.google.com/artifact-registry/docs/reference/rpc/google.devtools.artifactregistry.v1alpha1",
        },
        kfp: { hasTags: true },
        maven: { isRemote: true, isVirtual: true },
        npm: { hasTags: true, isRemote: true, isVirtual: true },
        python: { isRemote: true, isVirtual: true },
        /** In preview. */
        ruby: { source: "https://cloud.google.com/artifact-registry/docs/supported-formats" },
        yum: { isRemote: true, isVirtual: true },
    },
});

interface PackageSource {
    format: keyof typeof packageFormats.rows;
    /** Its name in the API. */
    id: string;
    /** Whether it has many repositories, of which a path selects one. */
    hasPaths?: boolean;
}

/** Public repositories that remote repositories know by name, as gcloud spells them. */
export const packageSources = facts<PackageSource>()({
    subject: "Public sources of remote repositories",
    source: "https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories",
    checked: "2026-11-27",
    rows: {
        "docker-hub": { format: "docker", id: "DOCKER_HUB" },
        "maven-central": { format: "maven", id: "MAVEN_CENTRAL" },
        npmjs: { format: "npm", id: "NPMJS" },
        pypi: { format: "python", id: "PYPI" },
        debian: { format: "apt", id: "DEBIAN", hasPaths: true },
        "debian-snapshot": { format: "apt", id: "DEBIAN_SNAPSHOT", hasPaths: true },
        ubuntu: { format: "apt", id: "UBUNTU", hasPaths: true },
        centos: { format: "yum", id: "CENTOS", hasPaths: true },
        "centos-debug": { format: "yum", id: "CENTOS_DEBUG", hasPaths: true },
        "centos-stream": { format: "yum", id: "CENTOS_STREAM", hasPaths: true },
        "centos-vault": { format: "yum", id: "CENTOS_VAULT", hasPaths: true },
        epel: { format: "yum", id: "EPEL", hasPaths: true },
        rocky: { format: "yum", id: "ROCKY", hasPaths: true },
    },
});
