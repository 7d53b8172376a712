/** The parts of a version that never change, in the format of the API. */
export interface VersionContent {
    artifactUri?: string;
    containerSpec: {
        imageUri: string;
        command?: string[];
        args?: string[];
        env?: { name: string; value: string }[];
        ports?: { containerPort: number }[];
        predictRoute?: string;
        healthRoute?: string;
        sharedMemorySizeMb?: string;
        deploymentTimeout?: string;
    };
    explanationSpec?: object;
    predictSchemata?: Partial<Record<"instanceSchemaUri" | "parametersSchemaUri" | "predictionSchemaUri", string>>;
}

/** The inputs of a model: one version of it, and the settings of all. */
export interface ModelInputs {
    project: string;
    location: string;
    modelId: string;
    displayName: string;
    description: string;
    labels: Record<string, string>;
    /** The ID of a Cloud KMS key; empty for a Google-managed key. */
    encryptionKey: string;
    content: VersionContent;
    /** A hash of the files, if they can change at the same address; else empty. */
    files: string;
    /** Aliases of the version. */
    aliases: string[];
    /** The number of versions to keep. */
    keep: number;
}

/** The outputs of a model: its inputs and its version. */
export interface ModelOutputs extends ModelInputs {
    /** The ID of the version; empty if it was deleted outside of the program. */
    versionId: string;
}
