/** A place keys may be found in: the process environment, or a parsed `.env` file by its shown name. */
export interface KeySource {
  /** For people: `the environment` or a path such as `.env`. */
  readonly where: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}
