/** The condition of a pod that says that its images are there, and its containers may start. */
export const imagesCondition = "PodReadyToStartContainers";

/** The annotation of a pod that names a container which crashes whenever it is started. */
export const crashAnnotation = "local.slipway.dev/crash";

/** The label of the pods whose command is run as a process of this machine. */
export const runLabel = { name: "app.kubernetes.io/component", value: "scaling-schedule" };
