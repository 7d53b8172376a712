/** The pod condition that its images are available and its containers can start. */
export const imagesCondition = "PodReadyToStartContainers";

/** The pod annotation with the name of a container that crashes on each start. */
export const crashAnnotation = "local.slipway.dev/crash";

/** The label of pods that run as local processes. */
export const runLabel = { name: "app.kubernetes.io/component", value: "scaling-schedule" };
