/** Port: messages that have triggered something, by which a second delivery is known. Part of the registry. */
export interface MessageBook {
  /**
   * Takes a message to answer it. `being-answered`: another delivery has been taken lately and is not answered yet; one that is
   * not answered within a minute may be taken again. Messages are remembered for 30 days.
   */
  takeMessage(message: {
    readonly source: string;
    readonly id: string;
  }): Promise<
    { readonly state: 'taken' | 'being-answered' } | { readonly state: 'answered'; readonly answer: unknown }
  >;
  answerMessage(message: { readonly source: string; readonly id: string; readonly answer: unknown }): Promise<void>;
  /** Gives back what could not be answered: the next delivery takes it. */
  returnMessage(message: { readonly source: string; readonly id: string }): Promise<void>;
}
