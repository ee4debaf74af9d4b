/** Small named texts kept between runs (the live price list). Missing, unreadable or damaged is undefined. */
export interface TextStore {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
}
