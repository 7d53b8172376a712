export * from "google-auth-library";
