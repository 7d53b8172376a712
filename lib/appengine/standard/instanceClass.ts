/** The instance classes that scale automatically. */
export const frontendClasses = ["F1", "F2", "F4", "F4_1G"] as const;

/** The instance classes of basic and manual scaling. */
export const backendClasses = ["B1", "B2", "B4", "B4_1G", "B8"] as const;

export type FrontendClass = (typeof frontendClasses)[number];
export type BackendClass = (typeof backendClasses)[number];
