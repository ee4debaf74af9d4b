/** How sure a model must be to answer well before it is asked, from cheap to sure. */
export type Quality = 'economy' | 'balanced' | 'quality';
