import { type Day, facts } from "../facts";
import { prebuiltRepository } from "./regions";

/** A version of a framework in the prebuilt containers. */
export interface ServingContainerVersion {
    /** The day from which the container gets no patches. */
    supportEnds: Day;
    /** The day from which no model with the container can be deployed. */
    availabilityEnds: Day;
}

const source = "https://docs.cloud.google.com/vertex-ai/docs/predictions/pre-built-containers";
const checked = "2026-11-22";

/** Versions of scikit-learn with a prebuilt container for predictions. */
export const sklearnContainers = facts<ServingContainerVersion>()({
    subject: "Prebuilt containers for predictions of scikit-learn",
    source,
    checked,
    rows: {
        "1.6": { supportEnds: "2026-10-14", availabilityEnds: "2027-10-14" },
        "1.5": { supportEnds: "2026-07-14", availabilityEnds: "2027-01-14" },
        "1.4": { supportEnds: "2026-01-14", availabilityEnds: "2027-01-14" },
        "1.3": { supportEnds: "2024-11-28", availabilityEnds: "2025-11-28" },
        "1.2": { supportEnds: "2024-06-30", availabilityEnds: "2025-06-30" },
    },
});

export const xgboostContainers = facts<ServingContainerVersion>()({
    subject: "Prebuilt containers for predictions of XGBoost",
    source,
    checked,
    rows: {
        "2.1": { supportEnds: "2026-07-14", availabilityEnds: "2027-01-14" },
        "2.0": { supportEnds: "2026-01-14", availabilityEnds: "2027-01-14" },
        "1.7": { supportEnds: "2024-06-30", availabilityEnds: "2025-12-30" },
    },
});

export const tensorflowContainers = facts<ServingContainerVersion>()({
    subject: "Prebuilt containers for predictions of TensorFlow",
    source,
    checked,
    rows: {
        "2.15": { supportEnds: "2026-07-14", availabilityEnds: "2027-01-14" },
        "2.14": { supportEnds: "2026-01-14", availabilityEnds: "2027-01-14" },
        "2.13": { supportEnds: "2024-11-28", availabilityEnds: "2025-11-28" },
        "2.12": { supportEnds: "2024-06-30", availabilityEnds: "2025-06-30" },
    },
});

export const pytorchContainers = facts<ServingContainerVersion>()({
    subject: "Prebuilt containers for predictions of PyTorch",
    source,
    checked,
    rows: {
        "2.4": { supportEnds: "2026-07-14", availabilityEnds: "2027-01-14" },
        "2.3": { supportEnds: "2026-01-14", availabilityEnds: "2027-01-14" },
        "2.2": { supportEnds: "2026-01-14", availabilityEnds: "2027-01-14" },
        "2.1": { supportEnds: "2024-12-01", availabilityEnds: "2025-12-01" },
        "2.0": { supportEnds: "2024-07-27", availabilityEnds: "2025-07-27" },
    },
});

/** What a framework's prebuilt containers are called, and which files they load. */
export interface ServingFramework {
    /** The beginning of the image's name: `sklearn` of `sklearn-cpu.1-6`. */
    image: string;
    /** What its images compute with. */
    devices: readonly ("cpu" | "gpu" | "tpu")[];
    /** The names of which exactly one file must be in the folder. */
    files: readonly string[];
}

/** Frameworks with prebuilt containers, and {@link https://cloud.google.com/vertex-ai/docs/training/exporting-model-artifacts the files they load}. */
export const servingFrameworks = facts<ServingFramework>()({
    subject: "Files that prebuilt containers for predictions load",
    source: "https://docs.cloud.google.com/vertex-ai/docs/training/exporting-model-artifacts",
    checked,
    rows: {
        "scikit-learn": { image: "sklearn", devices: ["cpu"], files: ["model.joblib", "model.pkl"] },
        xgboost: { image: "xgboost", devices: ["cpu"], files: ["model.bst", "model.joblib", "model.pkl"] },
        tensorflow: { image: "tf2", devices: ["cpu", "gpu"], files: ["saved_model.pb"] },
        pytorch: { image: "pytorch", devices: ["cpu", "gpu", "tpu"], files: ["model.mar"] },
    },
});

/** The containers of each framework. */
export const servingContainers = {
    "scikit-learn": sklearnContainers,
    xgboost: xgboostContainers,
    tensorflow: tensorflowContainers,
    pytorch: pytorchContainers,
} as const;

/** The image of a prebuilt container. Only the tag `latest` is supported. */
export function servingImage(framework: ServingFramework, version: string, device: string, region: string): string {
    const repository = prebuiltRepository(region, "prediction");
    return `${repository}/${framework.image}-${device}.${version.replace(".", "-")}:latest`;
}
